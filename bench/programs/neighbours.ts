/**
 * What failing origins cost the tasks that do not call them. argv: kinds of origins separated by commas, rounds, tasks that
 * call the origin at a time. Prints JSON by kind: the times of a task that only returns, in ms, while other tasks call such an
 * origin (`failing`), while they call one that works (`working`), and alone (`alone`), in turns; how the tasks beside it ended;
 * and the most resident memory in MB.
 */
import { loadConfig } from "../../src/config/load.ts";
import { DEFAULT_ENGINE } from "../../src/domain/engines.ts";
import { DEFAULT_LIMITS } from "../../src/domain/limits.ts";
import type { Program } from "../../src/domain/task.ts";
import { sharedOptions } from "../../src/http/configured-options.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { startOrigins } from "./start-origins.ts";

/** Executions that are measured in a turn, and the pause between two of them, ms. */
const EXECUTIONS = 40;
const BREAK_MS = 2;
/** The pause of each of the others between two executions, ms. */
const PAUSE_MS = 25;

const [kinds = "", rounds = "5", others = "20"] = process.argv.slice(2);
const origins = await startOrigins();
const { values: config } = await loadConfig({ env: {}, files: false });
const client = createHttpClient(sharedOptions(config, {}, "any"));
const executor = createPoolExecutor({ workers: 2 });

const program = (code: string): Program => ({
  id: Bun.hash(code).toString(16).padStart(64, "0"),
  code,
  fileName: "main.js",
});
const PROBE = program("() => 1");
const CALLER = program("async ({ url }) => (await (await fetch(url)).text()).length");
const READER = program(
  "async ({ url }) => { let n = 0; for await (const piece of (await fetch(url)).body) n += piece.length; return n; }",
);
const LISTENER = program(
  "({ url }) => new Promise((resolve, reject) => { const s = new WebSocket(url); let n = 0; s.onmessage = () => { n++; }; s.onclose = () => resolve(n); s.onerror = () => reject(new Error('failed')); })",
);

let count = 0;
async function execute(code: Program, input: object, taskUuid: string, signal?: AbortSignal): Promise<string> {
  const executionId = String(count++);
  const outcome = await executor.execute({
    engine: DEFAULT_ENGINE,
    program: code,
    inputJson: JSON.stringify(input),
    context: { executionId, attempt: 1, task: { uuid: taskUuid, version: "1.0.0", label: "bench" }, secrets: {} },
    limits: { ...DEFAULT_LIMITS, timeMs: 2_000 },
    signal,
    http: (request, signal) => client.send({ ...request, owner: { executionId, taskUuid } }, signal),
  });
  return outcome.status !== "failed"
    ? outcome.status
    : (/[A-Z]+_[A-Z_]+/.exec(`${outcome.error.message} ${outcome.error.code}`)?.[0] ?? outcome.error.code);
}

async function measure(times: number[]): Promise<void> {
  for (let i = 0; i < EXECUTIONS; i++) {
    const due = performance.now() + BREAK_MS;
    await Bun.sleep(BREAK_MS);
    await execute(PROBE, {}, "probe");
    // From the time at which it was due: an event loop that is busy delays it as well.
    times.push(performance.now() - due);
  }
}

/** Measures while other tasks call an origin. */
async function beside(url: string, code: Program, times: number[], ends: Record<string, number>): Promise<void> {
  const over = new AbortController();
  const neighbour = async (index: number) => {
    await Bun.sleep((PAUSE_MS * index) / Number(others));
    while (!over.signal.aborted) {
      const end = await execute(code, { url }, `neighbour-${index}`, over.signal);
      ends[end] = (ends[end] ?? 0) + 1;
      await Bun.sleep(PAUSE_MS);
    }
  };
  const neighbours = Array.from({ length: Number(others) }, (_, index) => neighbour(index));
  await Bun.sleep(50);
  await measure(times);
  over.abort();
  await Promise.all(neighbours);
}

const result: Record<string, object> = {};
for (const kind of kinds.split(",")) {
  const [name = "", reads] = kind.split("+");
  const isSocket = name === "socket";
  const code = isSocket ? LISTENER : reads === undefined ? CALLER : READER;
  const url = (origins.urls[name] ?? "").replace(/^http/, isSocket ? "ws" : "http");
  const times = { alone: [] as number[], working: [] as number[], failing: [] as number[] };
  const ends: Record<string, number> = {};
  let mostMemory = 0;
  for (let round = -1; round < Number(rounds); round++) {
    const kept = round < 0 ? { alone: [], working: [], failing: [] } : times;
    await measure(kept.alone);
    await beside(origins.urls.working ?? "", CALLER, kept.working, {});
    await beside(url, code, kept.failing, ends);
    mostMemory = Math.max(mostMemory, process.memoryUsage.rss() / 1024 / 1024);
  }
  result[kind] = { ...times, ends, mostMemory: [mostMemory] };
}

await executor.stop();
await client.stop();
origins.stop();
process.stdout.write(JSON.stringify(result));
process.exit(0);
