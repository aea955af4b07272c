/**
 * What the outbound chain costs. argv: turns. Prints JSON with the times of one fetch, in ms, by case: `bare` without any
 * link of the chain, `chained` with all of them, in turns.
 */

import { loadConfig } from "../../src/config/load.ts";
import { DEFAULT_ENGINE } from "../../src/domain/engines.ts";
import { DEFAULT_LIMITS } from "../../src/domain/limits.ts";
import type { Program } from "../../src/domain/task.ts";
import { LedgerCollector } from "../../src/execution/ledger/collector.ts";
import { sharedOptions } from "../../src/http/configured-options.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { startOrigins } from "./start-origins.ts";

/** Fetches of one execution: many, so that the execution itself hardly counts. */
const FETCHES = 40;
/** Turns that do not count: the compilers take some thousand calls to be done with the chain. */
const WARM_UP = 60;

const turns = Number(process.argv[2]);
const origins = await startOrigins();
// A rate that is never reached: the default is no limit, which would leave out a link.
const env = { RATCHET_HTTP_ALLOW: '["127.0.0.1"]', RATCHET_HTTP_RATE_LIMIT: '{"count": 5000, "period": "100ms"}' };
const { values: config } = await loadConfig({ env, files: false });
const options = sharedOptions(config, env, "public");
const { maxConnections = 1_000 } = options;
const clients = {
  bare: createHttpClient({ network: { scope: "any", allow: [], deny: [] }, maxConnections }),
  chained: createHttpClient(options),
};
const executor = createPoolExecutor({ workers: 2 });

const CODE = `async ({ url, fetches, atOnce }) => {
  const one = async () => (await (await fetch(url)).text()).length;
  let bytes = 0;
  for (let i = 0; i < fetches; i += atOnce) {
    for (const size of await Promise.all(Array.from({ length: atOnce }, one))) bytes += size;
  }
  return bytes;
}`;
const PROGRAM: Program = { id: Bun.hash(CODE).toString(16).padStart(64, "0"), code: CODE, fileName: "main.js" };
const TASK = { uuid: crypto.randomUUID(), version: "1.0.0", label: "bench" };

let count = 0;
async function execute(kind: keyof typeof clients, input: object): Promise<void> {
  const executionId = String(count++);
  const owner = { executionId, taskUuid: TASK.uuid };
  const ledger = new LedgerCollector();
  const { send } = clients[kind];
  const observed = kind === "chained" ? ledger.observe(send) : send;
  const outcome = await executor.execute({
    engine: DEFAULT_ENGINE,
    program: PROGRAM,
    inputJson: JSON.stringify(input),
    context: { executionId, attempt: 1, task: TASK, secrets: {} },
    limits: DEFAULT_LIMITS,
    http: (request, signal) => observed({ ...request, owner }, signal),
  });
  if (outcome.status === "failed") throw outcome.error;
  if (kind === "chained" && ledger.end()?.origins[0]?.count !== FETCHES) throw new Error("the ledger lacks calls");
}

const CASES = {
  "one after the other": { url: origins.urls.working, atOnce: 1 },
  "20 at a time": { url: origins.urls.working, atOnce: 20 },
  "100 kB, one after the other": { url: origins.urls.large, atOnce: 1 },
  "100 kB, 20 at a time": { url: origins.urls.large, atOnce: 20 },
};

const result: Record<string, { bare: number[]; chained: number[] }> = {};
for (const [name, input] of Object.entries(CASES)) {
  const times = { bare: [] as number[], chained: [] as number[] };
  // What is first changes from turn to turn.
  for (let turn = -WARM_UP; turn < turns; turn++) {
    const order = turn % 2 === 0 ? (["bare", "chained"] as const) : (["chained", "bare"] as const);
    for (const kind of order) {
      const start = performance.now();
      await execute(kind, { ...input, fetches: FETCHES });
      if (turn >= 0) times[kind].push((performance.now() - start) / FETCHES);
    }
  }
  result[name] = times;
}

await executor.stop();
await Promise.all([clients.bare.stop(), clients.chained.stop()]);
origins.stop();
process.stdout.write(JSON.stringify(result));
process.exit(0);
