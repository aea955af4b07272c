/**
 * Executions of the addition task on one warm Worker. argv: the number.
 * Prints two lists of times, ms: `alone`, of executions one after the other as the caller sees them, the way to the
 * Worker and back included; and `busy`, of executions that are given to the Worker in batches, so that it always has the
 * next one: what one takes away from the others.
 */
import { join } from "node:path";
import { DEFAULT_ENGINE } from "../../src/domain/engines.ts";
import { DEFAULT_LIMITS } from "../../src/domain/limits.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { loadTask } from "../../src/task/load.ts";

const WARM_UP = 2_000;
const BATCH = 100;
const count = Number(process.argv[2]);
const task = await loadTask(join(import.meta.dir, "../../tasks/addition"));
const program = await task.program();
const executor = createPoolExecutor({ workers: 1 });

async function execute(number: number): Promise<void> {
  const outcome = await executor.execute({
    engine: DEFAULT_ENGINE,
    program,
    inputJson: `{"num1":${number},"num2":1}`,
    context: { executionId: "bench", attempt: 1, task: task.metadata, secrets: {} },
    limits: DEFAULT_LIMITS,
    http: () => Promise.reject(new Error("no network here")),
  });
  if (outcome.status !== "completed" || outcome.outputJson !== `{"sum":${number + 1}}`) throw new Error("wrong result");
}

for (let run = 0; run < WARM_UP; run++) await execute(run);

const alone: number[] = [];
for (let run = 0; run < count; run++) {
  const start = performance.now();
  await execute(run);
  alone.push(performance.now() - start);
}

const busy: number[] = [];
for (let run = 0; run < count; run += BATCH) {
  const start = performance.now();
  await Promise.all(Array.from({ length: BATCH }, (_, index) => execute(run + index)));
  busy.push((performance.now() - start) / BATCH);
}

await executor.stop();
process.stdout.write(JSON.stringify({ alone, busy }));
process.exit(0);
