import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, compileProgram, installPeer, RATCHET, ROOT, timeRun } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { interleave, median, quantile } from "./statistics.ts";

const INPUT = '{"num1":5,"num2":10}';
const OUTPUT = '{"sum":15}';

/** Writes the same addition as a program for `deno run`, from the task's own source. */
function writeDenoProgram(): string {
  const source = readFileSync(join(ROOT, "tasks/addition/main.js"), "utf8").trim().replace(/;$/, "");
  const path = join(CACHE, "addition.mjs");
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(path, `const main = ${source};\nconsole.log(JSON.stringify(main(JSON.parse(Deno.args[0]))));\n`);
  return path;
}

/** Writes a single file as a task. zod is a package that the tests install. */
function writeSingleFile(name: string, text: string): string {
  const path = join(CACHE, name);
  writeFileSync(path, text);
  return path;
}

const TYPED = "({ num1, num2 }: { num1: number; num2: number }) => ({ sum: num1 + num2 })";

/** How long a single run takes, from the shell's view. */
export const benchmark: Benchmark = {
  title: "Cold start",
  async run() {
    const oneWorker = await compileProgram("one-worker", "echo-worker");
    const deno = installPeer("deno");
    const denoProgram = writeDenoProgram();
    const denoEnvironment = { ...process.env, DENO_DIR: join(CACHE, "deno-dir"), DENO_NO_UPDATE_CHECK: "1" };
    const launcher = join(deno.folder, "bin.cjs");
    const ratchet = [RATCHET, "run-once", "--from-fs", "tasks/addition", "--input-json", INPUT];
    const plain = writeSingleFile("hello.ts", `export default ${TYPED};\n`);
    const shape = "z.object({ num1: z.number(), num2: z.number() })";
    const checked = `import { z } from "zod";\nconst add = ${TYPED};\nexport default (input: unknown) => add(${shape}.parse(input));\n`;
    const withPackage = writeSingleFile("with-zod.ts", checked);
    const times = await interleave(
      {
        ratchet: () => timeRun(ratchet, OUTPUT),
        run: () => timeRun([RATCHET, "run", "-i", INPUT, plain], OUTPUT),
        runOnce: () => timeRun([RATCHET, "run-once", "--from-fs", plain, "--input-json", INPUT], OUTPUT),
        withPackage: () => timeRun([RATCHET, "run", "-i", INPUT, withPackage], OUTPUT),
        worker: () => timeRun([oneWorker], OUTPUT),
        deno: () => timeRun([join(deno.folder, "deno"), "run", denoProgram, INPUT], OUTPUT, denoEnvironment),
        launcher: () => timeRun(["node", launcher, "run", denoProgram, INPUT], OUTPUT, denoEnvironment),
      },
      { rounds: 60, warmUp: 5 },
    );
    const own = median(times.ratchet);
    const run = median(times.run);
    const ofRunOnce = run / median(times.runOnce);
    const withZod = median(times.withPackage) / run;
    const worker = median(times.worker);
    const native = median(times.deno);
    const launched = median(times.launcher);
    return {
      method:
        "Wall time of the whole process, 60 alternating rounds, medians. The Bun program is compiled with the same options, starts one Worker and exits after one message from it. `deno run` runs the task's own function with a warm cache, both with the npm package's launcher (a script for Node.js) and with the native executable that the package's install script installs instead.",
      versions: { deno: deno.version },
      rows: [
        { measure: "`ratchet run-once` on addition", value: figure(own, "ms") },
        { measure: "the same, 95th percentile", value: figure(quantile(times.ratchet, 0.95), "ms") },
        { measure: "compiled Bun program with one Worker", value: figure(worker, "ms") },
        { measure: "`deno run` of the same addition, npm launcher", value: figure(launched, "ms") },
        { measure: "`deno run` of the same addition, native executable", value: figure(native, "ms") },
        { measure: "ratio to the Bun program", value: figure(own / worker, ""), bar: atMost(own / worker, 2.2) },
        {
          measure: "ratio to `deno run`, launcher",
          value: figure(own / launched, ""),
          bar: atMost(own / launched, 0.8),
        },
        { measure: "`ratchet run` of the addition in one .ts file", value: figure(run, "ms") },
        { measure: "ratio to `run-once` of the same file", value: figure(ofRunOnce, ""), bar: atMost(ofRunOnce, 1.05) },
        { measure: "the same file with zod, times without", value: figure(withZod, ""), bar: atMost(withZod, 1.5) },
        { measure: "ratio to `deno run`, native", value: figure(own / native, ""), bar: atMost(own / native, 1.25) },
      ],
    };
  },
};
