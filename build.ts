/**
 * Makes `dist/ratchet`, one executable with everything inside.
 *
 *     bun build.ts                          build for this machine
 *     bun build.ts --if-stale               build only when an input changed since the last build
 *     bun build.ts --if-stale --run -- ...  the same, then become dist/ratchet with the arguments after `--`
 *     bun build.ts --target all             every platform, into dist/release/, with SHA256SUMS
 *     bun build.ts --target linux-arm64     one of them
 *
 * Says what it does on stderr, and only when there is something to do: stdout belongs to the program that is run.
 */
import { Database } from "bun:sqlite";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rename } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";

const ROOT = import.meta.dir;
const DIST = join(ROOT, "dist");
/** Folders in it that a build works in. */
const FOLDER_PREFIX = ".build-";
const BINARY = join(DIST, process.platform === "win32" ? "ratchet.exe" : "ratchet");
const STAMP = join(DIST, "ratchet.stamp.json");

/** Everything the executable is made from. The lock file stands for the packages and for Bun itself. */
const INPUTS = [
  "src",
  "migrations",
  "docs/schemas",
  "build.ts",
  "build",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/**
 * Makes what `src/` imports but the repository does not hold, under `dist/generated/`. Each step returns the files it
 * made; a step is imported when it is needed, so that a build that has nothing to do loads none of them.
 */
const GENERATION_STEPS: readonly (() => Promise<readonly string[]>)[] = [
  async () => (await import("./src/sandbox/quickjs/prepare.ts")).prepareEngine(ROOT, join(DIST, "generated")),
  async () => (await import("./src/api/pages/prepare.ts")).preparePages(ROOT, join(DIST, "generated")),
];

/** A platform, the registry package that holds its Bun, and Bun's own name for it. */
const TARGETS = {
  "linux-x64": { package: "@oven/bun-linux-x64", bun: "bun-linux-x64" },
  "linux-x64-musl": { package: "@oven/bun-linux-x64-musl", bun: "bun-linux-x64-musl" },
  "linux-arm64": { package: "@oven/bun-linux-aarch64", bun: "bun-linux-arm64" },
  "linux-arm64-musl": { package: "@oven/bun-linux-aarch64-musl", bun: "bun-linux-arm64-musl" },
  "darwin-x64": { package: "@oven/bun-darwin-x64", bun: "bun-darwin-x64" },
  "darwin-arm64": { package: "@oven/bun-darwin-aarch64", bun: "bun-darwin-arm64" },
  "windows-x64": { package: "@oven/bun-windows-x64", bun: "bun-windows-x64" },
} as const satisfies Record<string, { package: string; bun: Bun.Build.CompileTarget }>;

type TargetName = keyof typeof TARGETS;

/** What the last build saw: equal file dates mean fresh, else equal contents do. */
interface Stamp {
  dates: string;
  contents: string;
  /** Size and date of the executable and of the generated files, by path: a damaged or replaced one is made again. */
  outputs: Record<string, string>;
}

/** Paths of all input files, sorted. */
function inputFiles(): string[] {
  const files: string[] = [];
  for (const input of INPUTS) {
    const path = join(ROOT, input);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
      }
    } else if (stat) files.push(path);
  }
  return files.sort();
}

/** Size and date of a file, or "absent". */
function dateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : "absent";
}

function digestOf(files: readonly string[], describe: (file: string) => string | Buffer): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const file of files) hash.update(`\0${relative(ROOT, file)}\0`).update(describe(file));
  return hash.digest("hex");
}

function readStamp(): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(STAMP, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether `dist/ratchet` is what a build would make now. Reads file contents only when dates differ. */
function isFresh(): boolean {
  const stamp = readStamp();
  if (!stamp) return false;
  for (const [path, date] of Object.entries(stamp.outputs)) if (dateOf(join(ROOT, path)) !== date) return false;
  const files = inputFiles();
  const dates = digestOf(files, dateOf);
  if (dates === stamp.dates) return true;
  if (digestOf(files, (file) => readFileSync(file)) !== stamp.contents) return false;
  writeFileSync(STAMP, JSON.stringify({ ...stamp, dates }));
  return true;
}

/**
 * Runs `work` while no other build runs, in this process or another. SQLite's lock is one the kernel lets go of when
 * its holder dies, so a killed build never blocks the next.
 */
async function withLock(work: () => Promise<void>): Promise<void> {
  mkdirSync(DIST, { recursive: true });
  using lock = new Database(join(DIST, ".build-lock.sqlite"));
  lock.run("PRAGMA busy_timeout = 600000");
  lock.run("BEGIN EXCLUSIVE");
  // What a build left that was killed: whoever has the lock is the only one that builds.
  for (const entry of readdirSync(DIST, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name.startsWith(FOLDER_PREFIX))
      rmSync(join(DIST, entry.name), { recursive: true });
  }
  await work();
}

function git(...args: string[]): string | undefined {
  try {
    const result = Bun.spawnSync(["git", ...args], { cwd: ROOT, stdout: "pipe", stderr: "ignore" });
    return result.success ? result.stdout.toString().trim() : undefined;
  } catch {
    return undefined; // no git: built from an archive of the sources
  }
}

/** Version, commit and date as build-time constants; `src/lib/build-info.ts` reads them. */
function constants(): Record<string, string> {
  const commit = git("rev-parse", "HEAD");
  const changed = commit !== undefined && git("status", "--porcelain") !== "";
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const date = epoch ? new Date(Number(epoch) * 1000) : new Date();
  return {
    RATCHET_VERSION: JSON.stringify(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version),
    RATCHET_COMMIT: JSON.stringify(commit === undefined ? "unknown" : commit + (changed ? "-dirty" : "")),
    RATCHET_BUILD_DATE: JSON.stringify(date.toISOString()),
  };
}

/**
 * The program's entry, and every Worker's (files called `worker.ts` or `...-worker.ts`): Bun embeds a Worker only when
 * it is named. All lie in one folder inside the executable, so that `new URL("./NAME.ts", import.meta.url)` finds a
 * Worker beside the file that starts it, there as well as in the sources; for that their names have to differ.
 */
function entryPoints(): string[] {
  const workers = inputFiles().filter((file) =>
    // The queue's worker is no thread.
    /^src[\\/](?!queue[\\/])(?:.*[\\/])?(?:[\w-]+-)?worker\.ts$/.test(relative(ROOT, file)),
  );
  const names = workers.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`two Workers are called ${twice}: rename one of them`);
  return [join(ROOT, "src/main.ts"), ...workers];
}

/**
 * Compiles into `outfile`, which is replaced in one step: whoever runs the old one at that moment keeps it.
 * @throws AggregateError with Bun's messages
 */
async function compile(outfile: string, target?: { bun: Bun.Build.CompileTarget; executablePath: string }) {
  // A folder of its own, since the file's name becomes a part of the executable and must not vary.
  const folder = mkdtempSync(join(DIST, FOLDER_PREFIX));
  const made = join(folder, basename(outfile));
  try {
    await Bun.build({
      entrypoints: entryPoints(),
      target: "bun",
      format: "esm",
      naming: { entry: "[name].[ext]" },
      minify: true,
      bytecode: true,
      // What a command does not need is not loaded: measured in docs/adr/0001.
      splitting: true,
      define: constants(),
      compile: {
        outfile: made,
        autoloadDotenv: false,
        autoloadBunfig: false,
        ...(target && { target: target.bun, executablePath: target.executablePath }),
      },
    });
    if ((target?.bun ?? process.platform).includes("linux")) await addStartCode(made);
    await rename(made, outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function addStartCode(executable: string): Promise<void> {
  const { withStartCode } = await import("./build/elf-start.ts");
  writeFileSync(executable, withStartCode(readFileSync(executable)));
}

async function generate(): Promise<readonly string[]> {
  const made = await Promise.all(GENERATION_STEPS.map((step) => step()));
  return made.flat();
}

async function buildHere(): Promise<void> {
  const start = performance.now();
  process.stderr.write("building dist/ratchet ...\n");
  const files = inputFiles(); // before the build: what changes meanwhile makes the next run build again
  const dates = digestOf(files, dateOf);
  const contents = digestOf(files, (file) => readFileSync(file));
  const generated = await generate();
  await compile(BINARY);
  const outputs = [BINARY, ...generated].map((path) => [relative(ROOT, path), dateOf(path)]);
  writeFileSync(STAMP, JSON.stringify({ dates, contents, outputs: Object.fromEntries(outputs) } satisfies Stamp));
  const megabytes = (statSync(BINARY).size / 1e6).toFixed(0);
  process.stderr.write(`built dist/ratchet, ${megabytes} MB, in ${Math.round(performance.now() - start)} ms\n`);
}

/**
 * The Bun executable for another platform, from its registry package, kept in node_modules/.cache. The package is
 * checked against the lock file's checksum.
 */
async function bunFor(target: TargetName): Promise<string> {
  const name = TARGETS[target].package;
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const locked: { version: string; integrity: string } = lock.packages[`node_modules/${name}`];
  const folder = join(ROOT, "node_modules/.cache/ratchet-build", `${name.replace("/", "-")}-${locked.version}`);
  const executable = join(folder, "package/bin", target.startsWith("windows") ? "bun.exe" : "bun");
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const pack = Bun.spawnSync([npm, "pack", "--silent", `${name}@${locked.version}`], {
    cwd: folder,
    stderr: "inherit",
  });
  const archive = join(folder, pack.stdout.toString().trim());
  if (!pack.success) throw new Error(`npm could not fetch ${name}@${locked.version}`);
  const integrity = `sha512-${new Bun.CryptoHasher("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (integrity !== locked.integrity) throw new Error(`${name}@${locked.version} is not what package-lock.json names`);
  const unpacked = Bun.spawnSync(["tar", "-xzf", archive], { cwd: folder, stderr: "inherit" });
  if (!unpacked.success) throw new Error(`tar could not unpack ${archive}`);
  rmSync(archive);
  return executable;
}

async function buildRelease(targets: readonly TargetName[]): Promise<void> {
  const release = join(DIST, "release");
  mkdirSync(release, { recursive: true });
  await generate();
  for (const target of targets) {
    process.stderr.write(`building dist/release/ratchet-${target} ...\n`);
    const outfile = join(release, `ratchet-${target}${target.startsWith("windows") ? ".exe" : ""}`);
    await compile(outfile, { bun: TARGETS[target].bun, executablePath: await bunFor(target) });
  }
  const sums = readdirSync(release)
    .filter((name) => /^ratchet-[\w-]+(\.exe)?$/.test(name))
    .sort()
    .map(
      (name) => `${new Bun.CryptoHasher("sha256").update(readFileSync(join(release, name))).digest("hex")}  ${name}`,
    );
  writeFileSync(join(release, "SHA256SUMS"), `${sums.join("\n")}\n`);
}

/** Becomes `dist/ratchet`: signals, exit code and standard streams are then its own. */
async function run(args: readonly string[]): Promise<never> {
  if (process.execve) process.execve(BINARY, [BINARY, ...args], process.env as Record<string, string>);
  const child = Bun.spawn([BINARY, ...args], { stdio: ["inherit", "inherit", "inherit"] }); // Windows
  process.exit(await child.exited);
}

function isTargetName(name: string): name is TargetName {
  return name in TARGETS;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { "if-stale": { type: "boolean" }, run: { type: "boolean" }, target: { type: "string" } },
    allowPositionals: true,
  });
  const { target } = values;
  if (target !== undefined) {
    const targets = target === "all" ? Object.keys(TARGETS) : [target];
    if (!targets.every(isTargetName)) throw new Error(`--target takes "all" or: ${Object.keys(TARGETS).join(", ")}`);
    return await withLock(() => buildRelease(targets));
  }
  if (!values["if-stale"]) await withLock(buildHere);
  else if (!isFresh()) {
    // Another process may have built it while this one waited.
    await withLock(async () => {
      if (!isFresh()) await buildHere();
    });
  }
  if (values.run) await run(positionals);
}

/** One line of Bun's report, with the place in the source. */
function describeMessage(message: unknown): string {
  if (!(message instanceof BuildMessage || message instanceof ResolveMessage)) return String(message);
  const { position } = message;
  return position ? `${relative(ROOT, position.file)}:${position.line}: ${message.message}` : message.message;
}

try {
  await main();
} catch (error) {
  const details = error instanceof AggregateError ? error.errors.map(describeMessage) : [];
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${[`build failed: ${text}`, ...details].join("\n")}\n`);
  process.exit(1);
}
