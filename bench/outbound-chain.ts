import { join } from "node:path";
import { run } from "./programs.ts";
import { atMost, type Benchmark, figure, type Row } from "./report.ts";
import { median } from "./statistics.ts";

const TURNS = 200;
const ROUNDS = 5;
const NEIGHBOURS = 4;

/** What is wrong with an origin, in words. */
const KINDS: Readonly<Record<string, string>> = {
  down: "down",
  slow: "slow",
  flapping: "flapping",
  resetting: "resetting its connections",
  endless: "endless",
  garbage: "sending garbage",
};

/** What the outbound chain costs each fetch, and what failing origins cost other tasks. */
export const benchmark: Benchmark = {
  title: "The outbound chain",
  async run() {
    const costs = await measure<Record<string, { bare: number[]; chained: number[] }>>("chained-fetches.ts", [TURNS]);
    const kinds = Object.keys(KINDS).join();
    const neighbours = await measure<Record<string, Beside>>("neighbours.ts", [kinds, ROUNDS, NEIGHBOURS]);
    return {
      method: `A task fetches from a local server 40 times, through the client without any link of the chain and with all of them (the policy "public" with a rule that allows the address, circuit breaker, retry, a rate limit that is never reached, time limits, ledger), ${TURNS} turns each. Then a task that only returns runs 40 times in each of ${ROUNDS} alternating rounds, with a pause before each: alone, beside ${NEIGHBOURS} tasks that keep calling an origin that works, and beside ${NEIGHBOURS} that keep calling one that fails, with default limits. Its time counts from when it was due. Servers run in a process of their own on the same machine.`,
      rows: [...Object.entries(costs).map(costRow), ...Object.entries(neighbours).map(neighbourRow)],
    };
  },
};

/** Times of a task beside others, in ms. */
interface Beside {
  alone: number[];
  working: number[];
  failing: number[];
}

async function measure<T>(program: string, args: readonly (string | number)[]): Promise<T> {
  const result = await run([process.execPath, join(import.meta.dir, "programs", program), ...args.map(String)]);
  if (result.exitCode !== 0) throw new Error(`${program} exited with ${result.exitCode}: ${result.stderr}`);
  return JSON.parse(result.stdout) as T;
}

function costRow([name, { bare, chained }]: [string, { bare: number[]; chained: number[] }]): Row {
  const ratio = median(chained) / median(bare);
  const value = `${figure(ratio, "")} (${figure(median(chained), "ms")} instead of ${figure(median(bare), "ms")})`;
  return { measure: `fetches with the chain: ${name}`, value, bar: atMost(ratio, 1.2) };
}

function neighbourRow([kind, { alone, working, failing }]: [string, Beside]): Row {
  const ratio = median(failing) / median(working);
  const value = `${figure(ratio, "")} (${figure(median(failing), "ms")} instead of ${figure(median(working), "ms")}; alone ${figure(median(alone), "ms")})`;
  return { measure: `other tasks beside an origin that is ${KINDS[kind] ?? kind}`, value, bar: atMost(ratio, 1.2) };
}
