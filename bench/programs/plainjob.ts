/**
 * Adds and works off jobs with plainjob, whose handler does nothing and stores no result, and prints the jobs a second
 * as JSON. Arguments: folder of its package, path of a new database, jobs, jobs in a batch.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";

interface Plainjob {
  bun(database: Database): object;
  defineQueue(options: { connection: object; logger: object }): { addMany(type: string, data: object[]): unknown };
  defineWorker(
    type: string,
    run: () => Promise<void>,
    options: object,
  ): { start(): Promise<void>; stop(): Promise<void> };
}

const [folder = "", path = "", jobs = "", batch = ""] = process.argv.slice(2);
const { main } = await Bun.file(join(folder, "package.json")).json();
const { bun, defineQueue, defineWorker } = (await import(join(folder, main))) as Plainjob;
const quiet = () => {};
const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
const queue = defineQueue({ connection: bun(new Database(path, { strict: true })), logger });

let completed = 0;
const { promise: finished, resolve } = Promise.withResolvers<void>();
const onCompleted = () => {
  completed += 1;
  if (completed === Number(jobs)) resolve();
};
const worker = defineWorker("addition", async () => {}, { queue, logger, onCompleted });
const start = performance.now();
for (let sent = 0; sent < Number(jobs); sent += Number(batch)) {
  queue.addMany(
    "addition",
    Array.from({ length: Number(batch) }, () => ({ num1: 5, num2: 10 })),
  );
}
void worker.start();
await finished;
process.stdout.write(JSON.stringify(Number(jobs) / ((performance.now() - start) / 1_000)));
process.exit(0);
