import { join } from "node:path";
import { run } from "./programs.ts";
import { atMost, type Benchmark, figure, type Row } from "./report.ts";
import { median } from "./statistics.ts";

const ROUNDS = 5;

/** What the program prints: times in ms. */
interface Measured {
  bare: number[];
  chained: number[];
  neighbours: Record<string, { quiet: number[]; others: number[] }>;
}

/** What the outbound chain costs each fetch, and what failing origins cost other tasks. */
export const benchmark: Benchmark = {
  title: "The outbound chain",
  async run() {
    const program = join(import.meta.dir, "programs/chained-fetches.ts");
    const result = await run([process.execPath, program, String(ROUNDS)]);
    if (result.exitCode !== 0) throw new Error(`the program exited with ${result.exitCode}: ${result.stderr}`);
    const { bare, chained, neighbours } = JSON.parse(result.stdout) as Measured;
    const without = median(bare);
    const ratio = median(chained) / without;
    const moved = Object.entries(neighbours).map(([kind, { quiet, others }]): Row => {
      const factor = median(others) / median(quiet);
      const value = `${figure(factor, "")} (${figure(median(others), "ms")} instead of ${figure(median(quiet), "ms")})`;
      return {
        measure: `other tasks beside an origin that is ${NAMES[kind] ?? kind}`,
        value,
        bar: atMost(factor, 1.2),
      };
    });
    return {
      method: `A task fetches from a local server 25 times, one fetch after the other, through the client without and with the whole chain, in turns, 200 times each. Then a task with one fetch runs 20 times in each of ${5 * ROUNDS} alternating rounds, while four other tasks keep calling an origin that fails, or one that works: the ratio of the medians is how much the failing origin moves the latency of others. Servers run in a process of their own.`,
      rows: [
        { measure: "one fetch without the chain", value: figure(without, "ms") },
        { measure: "one fetch with the chain", value: figure(median(chained), "ms") },
        { measure: "ratio", value: figure(ratio, ""), bar: atMost(ratio, 1.2) },
        ...moved,
      ],
    };
  },
};

/** What is wrong with an origin, in words. */
const NAMES: Readonly<Record<string, string>> = {
  resetting: "resetting its connections",
  garbage: "sending garbage",
};
