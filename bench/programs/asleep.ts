/**
 * Guests that are put to sleep and woken on one warm engine. argv: the number for each program.
 * Prints for each program the size of the image, bytes, and lists of times, ms: `awake`, an execution that ends where it would go to
 * sleep; `asleep`, the same until it sleeps; `woken`, one that wakes, and ends.
 */
import type { DurableEvent, DurableMessage, DurableStart } from "../../src/domain/durable.ts";
import { DEFAULT_ENGINE } from "../../src/domain/engines.ts";
import type { ExecutionOutcome } from "../../src/domain/execution.ts";
import { DEFAULT_LIMITS } from "../../src/domain/limits.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";

const count = Number(process.argv[2]);
const WARM_UP = 100;
const EXECUTOR = createPoolExecutor({ workers: 1 });
const objects = (many: number) =>
  `const all = []; for (let i = 0; i < ${many}; i++) all.push({ id: i, name: "n" + i, tags: [i] });`;
const PROGRAMS = {
  small: "const order = { id: input.num1, items: [1, 2, 3] };",
  "2,000 objects": objects(2_000),
  "50,000 objects": objects(50_000),
};

function execute(code: string, start?: DurableStart): Promise<ExecutionOutcome> {
  const durable = start && {
    start,
    attach: (_send: (event: DurableEvent) => void) => {},
    receive: (_message: DurableMessage) => {},
  };
  return EXECUTOR.execute({
    engine: DEFAULT_ENGINE,
    program: { id: code, code, fileName: "main.js" },
    inputJson: '{"num1":5}',
    context: { executionId: "bench", attempt: 1, task: { uuid: "", version: "1.0.0", label: "bench" }, secrets: {} },
    limits: DEFAULT_LIMITS,
    http: () => Promise.reject(new Error("no network here")),
    ...(durable !== undefined && { durable }),
  });
}

/** @returns the outcome, and how long it took */
async function timed(work: () => Promise<ExecutionOutcome>): Promise<{ outcome: ExecutionOutcome; ms: number }> {
  const started = performance.now();
  const outcome = await work();
  return { outcome, ms: performance.now() - started };
}

async function measure(body: string, rounds: number) {
  const awakeCode = `async (input, context) => { ${body} await null; return 1; }`;
  const asleepCode = `async (input, context) => { ${body} await context.sleep("7d"); return 1; }`;
  const times = { bytes: 0, awake: [] as number[], asleep: [] as number[], woken: [] as number[] };
  const request = { kind: "sleep" as const, until: 0 };
  for (let round = -Math.min(WARM_UP, rounds); round < rounds; round++) {
    const awake = await timed(() => execute(awakeCode));
    const asleep = await timed(() => execute(asleepCode, { runKey: "run", sleepAfterMs: 0 }));
    if (asleep.outcome.status !== "asleep") throw new Error(`it is ${asleep.outcome.status}`);
    const { image } = asleep.outcome.guest;
    const recorded = [{ number: 1, request, result: { ok: true as const }, order: 1 }];
    const woken = await timed(() => execute(asleepCode, { runKey: "run", sleepAfterMs: 0, image, recorded }));
    if (woken.outcome.status !== "completed") throw new Error(`it is ${woken.outcome.status}`);
    times.bytes = image.length;
    if (round < 0) continue;
    times.awake.push(awake.ms);
    times.asleep.push(asleep.ms);
    times.woken.push(woken.ms);
  }
  return times;
}

const results: Record<string, unknown> = {};
for (const [name, body] of Object.entries(PROGRAMS)) {
  results[name] = await measure(body, name === "50,000 objects" ? Math.ceil(count / 10) : count);
}
await EXECUTOR.stop();
process.stdout.write(JSON.stringify(results));
process.exit(0);
