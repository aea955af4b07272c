/**
 * Adds and works off additions with bunqueue, embedded and durable, and prints the jobs a second as JSON.
 * Arguments: folder of its package, path of a new database, jobs, jobs in a batch, concurrency.
 */
import { join } from "node:path";

interface Job {
  data: { num1: number; num2: number };
}
interface Client {
  Queue: new (name: string, options: object) => { addBulk(jobs: object[]): Promise<unknown> };
  Worker: new (
    name: string,
    run: (job: Job) => Promise<unknown>,
    options: object,
  ) => { on(event: "completed", listener: () => void): void };
}

const [folder = "", dataPath = "", jobs = "", batch = "", concurrency = ""] = process.argv.slice(2);
const { exports: entries } = await Bun.file(join(folder, "package.json")).json();
const { Queue, Worker } = (await import(join(folder, entries["./client"].import))) as Client;

const queue = new Queue("addition", { embedded: true, dataPath });
const worker = new Worker("addition", async ({ data }) => ({ sum: data.num1 + data.num2 }), {
  embedded: true,
  dataPath,
  concurrency: Number(concurrency),
});
let completed = 0;
const { promise: finished, resolve } = Promise.withResolvers<void>();
worker.on("completed", () => {
  completed += 1;
  if (completed === Number(jobs)) resolve();
});
const start = performance.now();
for (let sent = 0; sent < Number(jobs); sent += Number(batch)) {
  await queue.addBulk(
    Array.from({ length: Number(batch) }, () => ({
      name: "addition",
      data: { num1: 5, num2: 10 },
      opts: { durable: true },
    })),
  );
}
await finished;
process.stdout.write(JSON.stringify(Number(jobs) / ((performance.now() - start) / 1_000)));
process.exit(0);
