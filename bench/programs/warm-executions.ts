/**
 * Executions of the addition task on one warm Worker, one after the other. argv: the number.
 * Prints the time of each as the caller sees it, the way to the Worker and back included.
 */
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/domain/limits.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { loadTask } from "../../src/task/load.ts";

const WARM_UP = 2_000;
const count = Number(process.argv[2]);
const task = await loadTask(join(import.meta.dir, "../../tasks/addition"));
const program = await task.program();
const executor = createPoolExecutor({ workers: 1 });

const times: number[] = [];
for (let run = -WARM_UP; run < count; run++) {
  const start = performance.now();
  const outcome = await executor.execute({
    program,
    inputJson: `{"num1":${run},"num2":1}`,
    context: { executionId: "bench", attempt: 1, task: task.metadata, secrets: {} },
    limits: DEFAULT_LIMITS,
    http: () => Promise.reject(new Error("no network here")),
  });
  const elapsed = performance.now() - start;
  if (outcome.status !== "completed" || outcome.outputJson !== `{"sum":${run + 1}}`) throw new Error("wrong result");
  if (run >= 0) times.push(elapsed);
}
await executor.stop();
process.stdout.write(JSON.stringify(times));
process.exit(0);
