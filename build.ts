/**
 * Makes `dist/ratchet`, one executable with everything inside.
 *
 *     bun build.ts                          build for this machine
 *     bun build.ts --if-stale               build only when an input changed since the last build
 *     bun build.ts --if-stale --run -- ...  the same, then become dist/ratchet with the arguments after `--`
 *     bun build.ts --target all             every platform, into dist/release/, with SHA256SUMS and an SBOM
 *     bun build.ts --target linux-arm64     one of them
 *
 * Says what it does on stderr, and only when there is something to do: stdout belongs to the program that is run.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { digestInputs, isFresh, writeStamp } from "./build/freshness.ts";
import { withLock } from "./build/lock.ts";
import { bunFor, isTargetName, TARGETS, type TargetName } from "./build/targets.ts";

const ROOT = import.meta.dir;
const DIST = join(ROOT, "dist");
const BINARY = join(DIST, process.platform === "win32" ? "ratchet.exe" : "ratchet");
const STAMP = join(DIST, "ratchet.stamp.json");

/**
 * Makes what `src/` imports but the repository does not hold, under `dist/generated/`. Each step returns the files it
 * made; a step is imported when it is needed, so that a build that has nothing to do loads none of them.
 */
const GENERATION_STEPS: readonly (() => Promise<readonly string[]>)[] = [
  async () => (await import("./src/sandbox/quickjs/build/prepare.ts")).prepareEngine(ROOT, join(DIST, "generated")),
  async () => (await import("./src/task/schema/build/prepare.ts")).prepareMetaSchemas(join(DIST, "generated")),
  async () => (await import("./src/task/guest-types/prepare.ts")).prepareGuestTypes(ROOT, join(DIST, "generated")),
  async () => (await import("./src/api/pages/prepare.ts")).preparePages(ROOT, join(DIST, "generated")),
  async () => (await import("./src/dashboard/build/prepare.ts")).prepareDashboard(ROOT, join(DIST, "generated")),
  async () => (await import("./src/task/node/prepare.ts")).prepareNodeModules(ROOT, join(DIST, "generated")),
  async () =>
    (await import("./src/task/program/build/prepare.ts")).prepareProgramModules(ROOT, join(DIST, "generated")),
  async () =>
    (await import("./src/task/workflow/build/prepare.ts")).prepareWorkflowRuntime(ROOT, join(DIST, "generated")),
];

async function generate(): Promise<readonly string[]> {
  const made = await Promise.all(GENERATION_STEPS.map((step) => step()));
  return made.flat();
}

async function buildHere(): Promise<void> {
  const start = performance.now();
  process.stderr.write("building dist/ratchet ...\n");
  const { compile } = await import("./build/compile.ts");
  const inputs = digestInputs(ROOT);
  const generated = await generate();
  await compile(ROOT, BINARY);
  writeStamp(ROOT, STAMP, inputs, [BINARY, ...generated]);
  const megabytes = (statSync(BINARY).size / 1e6).toFixed(0);
  process.stderr.write(`built dist/ratchet, ${megabytes} MB, in ${Math.round(performance.now() - start)} ms\n`);
}

async function buildRelease(targets: readonly TargetName[]): Promise<void> {
  const release = join(DIST, "release");
  mkdirSync(release, { recursive: true });
  const { compile } = await import("./build/compile.ts");
  await generate();
  const bundled = new Set<string>();
  for (const target of targets) {
    process.stderr.write(`building dist/release/ratchet-${target} ...\n`);
    const outfile = join(release, `ratchet-${target}${target.startsWith("windows") ? ".exe" : ""}`);
    const platform = { bun: TARGETS[target].bun, executablePath: await bunFor(ROOT, target) };
    for (const file of await compile(ROOT, outfile, platform)) bundled.add(file);
  }
  await writeSbom(release, targets, bundled);
  const sums = readdirSync(release)
    .filter((name) => /^ratchet(?:-[\w-]+(?:\.exe)?|\.cdx\.json)$/.test(name))
    .sort()
    .map(
      (name) => `${new Bun.CryptoHasher("sha256").update(readFileSync(join(release, name))).digest("hex")}  ${name}`,
    );
  writeFileSync(join(release, "SHA256SUMS"), `${sums.join("\n")}\n`);
}

/** Writes the software bill of materials of the executables next to them. */
async function writeSbom(release: string, targets: readonly TargetName[], bundled: Iterable<string>): Promise<void> {
  const { sbomOf } = await import("./build/sbom.ts");
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const timestamp = (epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString();
  const runtimes = targets.map((target) => TARGETS[target].package);
  const sbom = sbomOf({ root: ROOT, bundled, runtimes, timestamp });
  writeFileSync(join(release, "ratchet.cdx.json"), `${JSON.stringify(sbom, null, 2)}\n`);
}

/** Becomes `dist/ratchet`: signals, exit code and standard streams are then its own. */
async function run(args: readonly string[]): Promise<never> {
  if (process.execve) process.execve(BINARY, [BINARY, ...args], process.env as Record<string, string>);
  const child = Bun.spawn([BINARY, ...args], { stdio: ["inherit", "inherit", "inherit"] }); // Windows
  process.exit(await child.exited);
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
    return await withLock(DIST, () => buildRelease(targets));
  }
  if (!values["if-stale"]) await withLock(DIST, buildHere);
  else if (!isFresh(ROOT, STAMP)) {
    // Another process may have built it while this one waited.
    await withLock(DIST, async () => {
      if (!isFresh(ROOT, STAMP)) await buildHere();
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
