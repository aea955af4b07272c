import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const REPOSITORY = join(import.meta.dir, "../..");

/** What a build with `build.ts` prints and returns. */
export interface BuildRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A small project with the repository's own `build.ts`, so that builds can be tried without touching `dist/`. */
export interface ToyProject {
  root: string;
  write(path: string, text: string): void;
  /** Runs `bun build.ts` with arguments to its end. */
  build(args: readonly string[], options?: { stdin?: string; env?: Record<string, string> }): Promise<BuildRun>;
  /** Starts `bun build.ts` and leaves it running. */
  start(args: readonly string[]): Bun.Subprocess<"ignore", "pipe", "pipe">;
  [Symbol.dispose](): void;
}

const MAIN = `import { answer } from "./answer.ts";
import { greet } from "./greeting/greet.ts";
import generated from "../dist/generated/fact.txt" with { type: "text" };
const [command, ...rest] = process.argv.slice(2);
if (command === "exit") process.exit(Number(rest[0]));
else if (command === "cat") process.stdout.write(await Bun.stdin.text());
else if (command === "wait") {
  process.on("SIGTERM", () => process.exit(99));
  setInterval(() => {}, 1_000);
  process.stdout.write("ready\\n");
} else if (command === "info") {
  console.log(JSON.stringify([RATCHET_VERSION, RATCHET_COMMIT, RATCHET_BUILD_DATE]));
} else {
  const environment = [process.env.FROM_DOTENV, globalThis.preloaded].map(String);
  console.log(JSON.stringify({ args: process.argv.slice(2), answer, generated, environment, worker: await greet() }));
  process.exit(0);
}
`;

const GREET = `export function greet(): Promise<string> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./greet-worker.ts", import.meta.url).href);
    worker.onmessage = (event) => resolve(event.data);
    worker.postMessage("hello");
  });
}
`;

const PREPARE = `import { mkdir, writeFile } from "node:fs/promises";
export async function prepareEngine(root: string, directory: string) {
  await mkdir(directory, { recursive: true });
  await writeFile(directory + "/fact.txt", "generated");
  return [directory + "/fact.txt"];
}
`;

/** A step of the real build, in `build.ts`. The toy has nothing to generate for it, except for the engine. */
const GENERATION_STEP = /import\("\.\/(src\/[^"]+)"\)\)\.(\w+)\(/g;

/** Makes the project in a new folder, not built yet. */
export function makeToyProject(): ToyProject {
  const root = mkdtempSync(join(tmpdir(), "ratchet-build-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  cpSync(join(REPOSITORY, "build"), join(root, "build"), { recursive: true });
  for (const file of ["build.ts", "package.json", "package-lock.json", "tsconfig.json"]) {
    cpSync(join(REPOSITORY, file), join(root, file));
  }
  symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
  write("src/main.ts", MAIN);
  write("src/answer.ts", "export const answer = 41;\n");
  write("src/greeting/greet.ts", GREET);
  write("src/greeting/greet-worker.ts", "self.onmessage = (event) => self.postMessage(event.data + ' back');\n");
  write("src/config/start-options.ts", "export const START_OPTIONS = {};\n");
  for (const [, path = "", name] of readFileSync(join(root, "build.ts"), "utf8").matchAll(GENERATION_STEP)) {
    write(path, `export async function ${name}() {\n  return [];\n}\n`);
  }
  write("src/sandbox/quickjs/build/prepare.ts", PREPARE);
  write("src/task/program/build/prepare.ts", "export async function prepareProgramModules() {\n  return [];\n}\n");
  write("src/task/workflow/build/prepare.ts", "export async function prepareWorkflowRuntime() {\n  return [];\n}\n");
  const command = (args: readonly string[]) => [process.execPath, "build.ts", ...args];
  return {
    root,
    write,
    async build(args, { stdin = "", env = {} } = {}) {
      const child = Bun.spawn(command(args), {
        cwd: root,
        stdin: new Blob([stdin]),
        stdout: "pipe",
        stderr: "pipe",
        env: { ...process.env, ...env },
      });
      const [exitCode, stdout, stderr] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
      return { exitCode, stdout, stderr };
    },
    start: (args) => Bun.spawn(command(args), { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
