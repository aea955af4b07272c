import { Database } from "bun:sqlite";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../src/lib/clock.ts";
import { createWorker } from "../src/queue/worker.ts";
import { CACHE } from "./programs.ts";
import { openBenchStore } from "./queue-store.ts";
import { atLeast, type Benchmark, figure } from "./report.ts";
import { interleave, median } from "./statistics.ts";

const JOBS = 20_000;
const BATCH = 1_000;
const CALLERS = 32;
const SINGLES = 6_400;
const INPUT = '{"num1":5,"num2":10}';

/** Jobs a second through queue and worker, with a handler that does nothing: what the store leaves for the rest. */
async function throughput(): Promise<number> {
  const { store, taskId, remove } = await openBenchStore();
  const usage = { durationMs: 0.1, cpuMs: 0.1, peakMemoryBytes: 1_500_000, fetchCount: 0, fetchBytes: 0 };
  const worker = createWorker({
    store,
    clock: systemClock,
    concurrency: 256,
    run: async () => ({ result: { status: "completed", outputJson: '{"sum":15}' }, version: "1.0.0", usage }),
    onError(error) {
      throw error;
    },
  });
  let completed = 0;
  const done = new Promise<void>((resolve) => {
    store.events.subscribe((events) => {
      for (const { type } of events) if (type === "job.completed") completed += 1;
      if (completed === JOBS) resolve();
    });
  });
  await worker.start();
  const start = performance.now();
  for (let sent = 0; sent < JOBS; sent += BATCH) {
    await store.jobs.enqueue(Array.from({ length: BATCH }, () => ({ taskId, inputJson: INPUT })));
  }
  await done;
  const seconds = (performance.now() - start) / 1_000;
  await worker.stop(1_000);
  await remove();
  return JOBS / seconds;
}

/** The same number of rows through one table with one index, claimed and completed a hundred at once, synced. */
function floor(): number {
  const folder = mkdtempSync(join(CACHE, "floor-"));
  const db = new Database(join(folder, "floor.db"), { create: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA synchronous = FULL");
  db.run("CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT, input TEXT, output TEXT) STRICT");
  db.run("CREATE INDEX queued ON jobs (id) WHERE status = 'queued'");
  const insert = db.prepare("INSERT INTO jobs (status, input) VALUES ('queued', ?)");
  const claim = db.prepare<{ id: number }, [number]>(
    `UPDATE jobs SET status = 'processing' WHERE id IN (
       SELECT id FROM jobs INDEXED BY queued WHERE status = 'queued' ORDER BY id LIMIT ?) RETURNING id, input`,
  );
  const finish = db.prepare("UPDATE jobs SET status = 'completed', output = ? WHERE id = ?");
  const start = performance.now();
  for (let sent = 0; sent < JOBS; sent += BATCH) {
    db.transaction(() => {
      for (let n = 0; n < BATCH; n++) insert.run(INPUT);
    })();
  }
  let claimed: { id: number }[] = [];
  do {
    db.transaction(() => {
      for (const { id } of claimed) finish.run('{"sum":15}', id);
      claimed = claim.all(100);
    }).immediate();
  } while (claimed.length > 0);
  const seconds = (performance.now() - start) / 1_000;
  db.close();
  rmSync(folder, { recursive: true, force: true });
  return JOBS / seconds;
}

/** Durable jobs a second, one at a time from each of many callers. */
async function singles(): Promise<number> {
  const { store, taskId, remove } = await openBenchStore();
  const start = performance.now();
  const caller = async () => {
    for (let n = 0; n < SINGLES / CALLERS; n++) await store.jobs.enqueue([{ taskId, inputJson: INPUT }]);
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const seconds = (performance.now() - start) / 1_000;
  await remove();
  return SINGLES / seconds;
}

/** The queue over SQLite, without HTTP and sandbox. */
export const benchmark: Benchmark = {
  title: "The queue and its store alone",
  async run() {
    mkdirSync(CACHE, { recursive: true });
    const rates = await interleave({ throughput, floor, singles }, { rounds: 5, warmUp: 1 });
    const jobs = median(rates.throughput);
    const bare = median(rates.floor);
    const single = median(rates.singles);
    return {
      method: `${JOBS.toLocaleString("en")} jobs enqueued in batches of ${BATCH.toLocaleString("en")} and run by a worker whose handler does nothing. Every attempt is stored with its output, and every commit is synced (median of 5). The floor is the same number of rows in one bare table with one index, claimed and completed a hundred at a time, also synced. Single jobs come from ${CALLERS} callers that each wait for their own.`,
      rows: [
        { measure: "jobs per second, enqueued and completed", value: figure(jobs, ""), bar: atLeast(jobs, 10_000) },
        { measure: "main-thread time per job", value: figure(1_000_000 / jobs, "µs") },
        { measure: "the floor, rows per second", value: figure(bare, "") },
        { measure: "share of the floor", value: figure(jobs / bare, "") },
        { measure: "single durable jobs per second", value: figure(single, ""), bar: atLeast(single, 3_000) },
      ],
    };
  },
};
