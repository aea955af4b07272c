/**
 * Adds and works off additions with graphile-worker, and prints the jobs a second as JSON. It deletes a job that has
 * ended, with its result. Tuned as its documentation says: a local queue, and jobs completed in batches.
 * Arguments: folder of its package, URL of PostgreSQL, jobs, jobs in a batch, concurrency.
 */
import { resolveSync } from "bun";

interface Payload {
  num1: number;
  num2: number;
}
interface Client {
  run(options: object): Promise<{
    events: { on(event: "job:complete", listener: () => void): void };
  }>;
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    addJobs(jobs: object[]): Promise<unknown>;
  }>;
  Logger: new (factory: () => () => void) => object;
}

const [folder = "", url = "", jobs = "", batch = "", concurrency = ""] = process.argv.slice(2);
const { run, makeWorkerUtils, Logger } = (await import(resolveSync("graphile-worker", folder))) as Client;
const logger = new Logger(() => () => {});
const utilities = await makeWorkerUtils({ connectionString: url, logger });
await utilities.migrate();
const runner = await run({
  connectionString: url,
  logger,
  concurrency: Number(concurrency),
  noHandleSignals: true,
  preset: {
    worker: {
      localQueue: { size: 500, ttl: 60_000 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
  taskList: { addition: async ({ num1, num2 }: Payload) => void (num1 + num2) },
});
let completed = 0;
const { promise: finished, resolve } = Promise.withResolvers<void>();
runner.events.on("job:complete", () => {
  completed += 1;
  if (completed === Number(jobs)) resolve();
});
const start = performance.now();
for (let sent = 0; sent < Number(jobs); sent += Number(batch)) {
  await utilities.addJobs(
    Array.from({ length: Number(batch) }, () => ({ identifier: "addition", payload: { num1: 5, num2: 10 } })),
  );
}
await finished;
process.stdout.write(JSON.stringify(Number(jobs) / ((performance.now() - start) / 1_000)));
process.exit(0);
