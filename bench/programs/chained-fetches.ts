/**
 * What the outbound chain costs, and what it keeps from others. argv: rounds. Prints JSON with times in ms:
 * - `bare` and `chained`: fetches of a task, without and with the chain, in turns;
 * - `neighbours`: by kind of origin, the executions of a task that calls an origin that works, while other tasks call
 *   such an origin (`others`), and while they call one that works as well (`quiet`), in turns.
 */
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { DEFAULT_ENGINE } from "../../src/domain/engines.ts";
import { DEFAULT_LIMITS } from "../../src/domain/limits.ts";
import type { Program } from "../../src/domain/task.ts";
import { configuredChain } from "../../src/http/chain/configured-chain.ts";
import { createHttpClient, type HttpClient } from "../../src/http/http-client.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";

const FETCHES = 25;
/** Turns of the comparison of both chains in a round: short ones, so that what the machine does meanwhile touches both alike. */
const TURNS = 40;
const EXECUTIONS = 20;
/** Tasks that call the failing origin at the same time, and the pause of each between two executions, ms. */
const NEIGHBOURS = 4;
const PAUSE_MS = 25;

const rounds = Number(process.argv[2]);
const origins = Bun.spawn([process.execPath, join(import.meta.dir, "scripted-origins.ts")], {
  stdin: "pipe",
  stdout: "pipe",
});
const reader = origins.stdout.pipeThrough(new TextDecoderStream()).getReader();
const urls = JSON.parse((await reader.read()).value ?? "{}") as Record<string, string>;

const { values: config } = await loadConfig({ env: {}, files: false });
const network = { scope: "any" as const, allow: [], deny: [] };
const bare = createHttpClient({ network, maxConnections: 1_000 });
const chained = createHttpClient({ network, maxConnections: 1_000, chain: configuredChain(config) });
const executor = createPoolExecutor({ workers: 2 });

const program = (code: string): Program => ({
  id: Bun.hash(code).toString(16).padStart(64, "0"),
  code,
  fileName: "main.js",
});
const MANY = program(
  "({ url, times }) => { const a = Date.now(); for (let i = 0; i < times; i++) fetch(url).status; return Date.now() - a; }",
);
const ONE = program("async ({ url }) => (await fetch(url)).status");
const FAILING = program(
  "async ({ url }) => { try { return (await (await fetch(url, { timeout: 200, maxResponseSize: 65536 })).text()).length; } catch (error) { return error.code; } }",
);

let count = 0;
async function execute(code: Program, input: object, client: HttpClient, taskUuid: string): Promise<string> {
  const executionId = String(count++);
  const outcome = await executor.execute({
    engine: DEFAULT_ENGINE,
    program: code,
    inputJson: JSON.stringify(input),
    context: { executionId, attempt: 1, task: { uuid: taskUuid, version: "1.0.0", label: "bench" }, secrets: {} },
    limits: DEFAULT_LIMITS,
    http: (request, signal) => client.send({ ...request, owner: { executionId, taskUuid } }, signal),
  });
  if (outcome.status !== "completed") throw outcome.error;
  return String(outcome.outputJson);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const cost: Record<"bare" | "chained", number[]> = { bare: [], chained: [] };
for (let round = -TURNS; round < rounds * TURNS; round++) {
  for (const [name, client] of [
    ["bare", bare],
    ["chained", chained],
  ] as const) {
    const input = { url: urls.working, times: FETCHES };
    const ms = await timed(() => execute(MANY, input, client, "cost"));
    if (round >= 0) cost[name].push(ms / FETCHES);
  }
}

/** Runs other tasks that call an origin until the work is done. */
async function beside(url: string | undefined, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const neighbour = async (taskUuid: string) => {
    while (!isOver) {
      await execute(FAILING, { url }, chained, taskUuid);
      await Bun.sleep(PAUSE_MS);
    }
  };
  const neighbours = Array.from({ length: NEIGHBOURS }, (_, index) => neighbour(`neighbour-${index}`));
  await work();
  isOver = true;
  await Promise.all(neighbours);
}

const neighbours: Record<string, { quiet: number[]; others: number[] }> = {};
for (const kind of ["down", "slow", "flapping", "resetting", "endless", "garbage"]) {
  const times = { quiet: [] as number[], others: [] as number[] };
  for (let round = -1; round < 5 * rounds; round++) {
    for (const [name, url] of [
      ["quiet", urls.working],
      ["others", urls[kind]],
    ] as const) {
      await beside(url, async () => {
        for (let i = 0; i < EXECUTIONS; i++) {
          const ms = await timed(() => execute(ONE, { url: urls.working }, chained, "healthy"));
          if (round >= 0) times[name].push(ms);
        }
      });
    }
  }
  neighbours[kind] = times;
}

await executor.stop();
await Promise.all([bare.stop(), chained.stop()]);
origins.stdin.end();
process.stdout.write(JSON.stringify({ ...cost, neighbours }));
process.exit(0);
