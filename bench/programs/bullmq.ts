/**
 * Adds and works off additions with BullMQ, and prints the jobs a second as JSON. Every result is kept.
 * Arguments: folder of its package, port of Redis, jobs, jobs in a batch, concurrency.
 */
import { resolveSync } from "bun";

interface Job {
  data: { num1: number; num2: number };
}
interface Client {
  Queue: new (name: string, options: object) => { addBulk(jobs: object[]): Promise<unknown> };
  Worker: new (
    name: string,
    run: (job: Job) => Promise<unknown>,
    options: object,
  ) => { on(event: "completed", listener: () => void): void; waitUntilReady(): Promise<unknown> };
}

const [folder = "", port = "", jobs = "", batch = "", concurrency = ""] = process.argv.slice(2);
const { Queue, Worker } = (await import(resolveSync("bullmq", folder))) as Client;
const connection = { host: "127.0.0.1", port: Number(port), maxRetriesPerRequest: null };
const queue = new Queue("addition", { connection });
const worker = new Worker("addition", async ({ data }) => ({ sum: data.num1 + data.num2 }), {
  connection,
  concurrency: Number(concurrency),
});
let completed = 0;
const { promise: finished, resolve } = Promise.withResolvers<void>();
worker.on("completed", () => {
  completed += 1;
  if (completed === Number(jobs)) resolve();
});
await worker.waitUntilReady();
const start = performance.now();
for (let sent = 0; sent < Number(jobs); sent += Number(batch)) {
  await queue.addBulk(Array.from({ length: Number(batch) }, () => ({ name: "addition", data: { num1: 5, num2: 10 } })));
}
await finished;
process.stdout.write(JSON.stringify(Number(jobs) / ((performance.now() - start) / 1_000)));
process.exit(0);
