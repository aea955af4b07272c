import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installPeer, ROOT, run } from "./programs.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { median, quantile } from "./statistics.ts";

const ROUNDS = 5;
const EXECUTIONS = 10_000;
const ISOLATES = 300;

async function times(command: readonly string[]): Promise<number[]> {
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
    const own: number[] = [];
    const isolates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(...(await times([process.execPath, join(programs, "warm-executions.ts"), String(EXECUTIONS)])));
      isolates.push(
        ...(await times(["node", join(programs, "isolated-vm.cjs"), peer.folder, source, String(ISOLATES)])),
      );
    }
    const node = (await run(["node", "--version"])).stdout.trim().slice(1);
    const cost = median(own);
    const isolate = median(isolates);
    return {
      method: `Addition, JSON in and out. Ratchet: through the Executor on one warm Worker, one execution after the other, the way to the Worker and back included. isolated-vm: a new isolate and context, the program compiled and called, the isolate disposed of. ${ROUNDS} rounds in turns of ${EXECUTIONS.toLocaleString("en")} and ${ISOLATES}, medians.`,
      versions: { Node: node, "isolated-vm": peer.version },
      rows: [
        { measure: "Ratchet, median", value: figure(cost, "ms"), bar: atMost(cost, 0.12, "ms") },
        { measure: "Ratchet, 99 %", value: figure(quantile(own, 0.99), "ms") },
        { measure: "isolated-vm, fresh isolate, median", value: figure(isolate, "ms") },
        { measure: "ratio", value: figure(cost / isolate, ""), bar: atMost(cost / isolate, 0.1) },
      ],
    };
  },
};
