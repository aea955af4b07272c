/**
 * Adds and works off additions with pg-boss, and prints the jobs a second as JSON. Every result is kept. Its workers take
 * jobs in batches, and ask for the next batch at once while batches are full.
 * Arguments: folder of its package, URL of PostgreSQL, jobs, jobs in a batch, jobs fetched at once.
 */
import { resolveSync } from "bun";

interface Job {
  id: string;
  data: { num1: number; num2: number };
}
type Results = (jobs: Job[]) => Promise<{ id: string; status: "completed"; output: object }[]>;
interface Boss {
  on(event: "error", listener: (error: Error) => void): void;
  start(): Promise<unknown>;
  createQueue(name: string): Promise<void>;
  insert(name: string, jobs: object[]): Promise<unknown>;
  work(name: string, options: object, run: Results): Promise<unknown>;
  findJobs(name: string, filter: { id: string }): Promise<{ state: string }[]>;
}

/** How often it is asked whether all are completed, ms. */
const POLL_MS = 25;

const [folder = "", url = "", jobs = "", batch = "", batchSize = ""] = process.argv.slice(2);
const { PgBoss } = (await import(resolveSync("pg-boss", folder))) as { PgBoss: new (url: string) => Boss };
const boss = new PgBoss(url);
boss.on("error", (error) => {
  throw error;
});
await boss.start();
await boss.createQueue("addition");
const options = {
  batchSize: Number(batchSize),
  perJobResults: true,
  burstWhenBatchFull: true,
  pollingIntervalSeconds: 0.5,
  localConcurrency: 2,
};
const start = performance.now();
for (let sent = 0; sent < Number(jobs); sent += Number(batch)) {
  await boss.insert(
    "addition",
    Array.from({ length: Number(batch) }, () => ({ data: { num1: 5, num2: 10 } })),
  );
}
let taken = 0;
const newest: string[] = [];
await boss.work("addition", options, async (fetched) => {
  taken += fetched.length;
  newest.push(fetched.at(-1)?.id ?? "");
  return fetched.map(({ id, data }) => ({ id, status: "completed", output: { sum: data.num1 + data.num2 } }));
});
while (taken < Number(jobs)) await Bun.sleep(POLL_MS);
// The results of the last batches may not be stored yet.
for (const id of newest.slice(-2)) {
  while ((await boss.findJobs("addition", { id }))[0]?.state !== "completed") await Bun.sleep(POLL_MS);
}
process.stdout.write(JSON.stringify(Number(jobs) / ((performance.now() - start) / 1_000)));
process.exit(0);
