import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installPeer, ROOT, run } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { median, quantile } from "./statistics.ts";

const ROUNDS = 5;
const EXECUTIONS = 10_000;
const ISOLATES = 300;

/** What a program prints as JSON. */
async function printed<T>(command: readonly string[]): Promise<T> {
  const result = await run(command);
  if (result.exitCode !== 0) throw new Error(`${command[0]} exited with ${result.exitCode}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** What a pristine machine for every execution costs. */
export const benchmark: Benchmark = {
  title: "One isolated execution",
  async run() {
    const peer = installPeer("isolated-vm");
    const source = readFileSync(join(ROOT, "tasks/addition/main.js"), "utf8");
    const programs = join(import.meta.dir, "programs");
    const alone: number[] = [];
    const busy: number[] = [];
    const isolates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const own = await printed<{ alone: number[]; busy: number[] }>([
        process.execPath,
        join(programs, "warm-executions.ts"),
        String(EXECUTIONS),
      ]);
      alone.push(...own.alone);
      busy.push(...own.busy);
      isolates.push(
        ...(await printed<number[]>([
          "node",
          join(programs, "isolated-vm.cjs"),
          peer.folder,
          source,
          String(ISOLATES),
        ])),
      );
    }
    const node = (await run(["node", "--version"])).stdout.trim().slice(1);
    const cost = median(busy);
    const isolate = median(isolates);
    return {
      method: `Addition, JSON in and out. Ratchet runs executions through the Executor on one warm Worker: in batches of 100, so that the Worker always has the next one, and one after the other, including the round trip to the Worker. isolated-vm creates an isolate and a context, compiles and calls the program, and disposes of the isolate. ${ROUNDS} alternating rounds of ${EXECUTIONS.toLocaleString("en")} and ${ISOLATES}.`,
      versions: { Node: node, "isolated-vm": peer.version },
      rows: [
        { measure: "Ratchet, Worker kept busy, median", value: figure(cost, "ms"), bar: atMost(cost, 0.12, "ms") },
        { measure: "Ratchet, round trip, median", value: figure(median(alone), "ms") },
        { measure: "Ratchet, round trip, 99th percentile", value: figure(quantile(alone, 0.99), "ms") },
        { measure: "isolated-vm, fresh isolate, median", value: figure(isolate, "ms") },
        { measure: "ratio of the medians", value: figure(cost / isolate, ""), bar: atMost(cost / isolate, 0.1) },
        { measure: "the same, round trip", value: figure(median(alone) / isolate, "") },
      ],
    };
  },
};
