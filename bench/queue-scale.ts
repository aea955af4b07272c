import { mkdirSync } from "node:fs";
import { openConnection } from "../src/store/sqlite/connection.ts";
import { CACHE } from "./programs.ts";
import { type BenchStore, openBenchStore } from "./queue-store.ts";
import { atMost, type Benchmark, figure } from "./report.ts";
import { interleave, median } from "./statistics.ts";

const FEW = 1_000;
const MANY = 1_000_000;
const ROUNDS = 60;

/** A store that holds finished jobs, as if they had run one a second. */
async function withFinished(count: number): Promise<BenchStore> {
  const opened = await openBenchStore();
  await opened.store.workers.register({ id: "w", host: "bench", pid: 1, processStart: "", leaseMs: 15_000 });
  const connection = openConnection({ location: { kind: "file", path: opened.path }, busyTimeoutMs: 10_000 });
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  // Made at once where a job would start out queued: the guards on that come back afterwards.
  const guards = connection.sql.all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%_first_status'",
  );
  for (const { name } of guards) connection.exec(`DROP TRIGGER ${name}`);
  connection.exec("BEGIN");
  connection.exec(
    `${numbers} INSERT INTO jobs (task_id, status, priority, run_at, rank, max_retries, retries, claims, created_at,
       started_at, finished_at)
     SELECT ${opened.taskId}, CASE i % 10 WHEN 0 THEN 'failed' ELSE 'completed' END, 1, i * 1000, i * 1000, 3, 0, 1,
       i * 1000, i * 1000, i * 1000 FROM n`,
  );
  connection.exec('INSERT INTO job_inputs (job_id, input) SELECT id, \'{"num1":5,"num2":10}\' FROM jobs');
  connection.exec(
    `INSERT INTO executions (job_id, task_id, version, attempt, status, worker_id, created_at, started_at, finished_at,
       duration_ms, output)
     SELECT id, task_id, '1.0.0', 1, status, 'w', created_at, created_at, created_at, 1,
       CASE status WHEN 'completed' THEN '{"sum":15}' END FROM jobs`,
  );
  connection.exec("INSERT INTO counters SELECT 'job', task_id, status, count(*), 0 FROM jobs GROUP BY 2, 3");
  connection.exec(
    "INSERT INTO counters SELECT 'execution', task_id, status, count(*), count(*) FROM executions GROUP BY 2, 3",
  );
  for (const { sql } of guards) connection.exec(sql);
  connection.exec("COMMIT");
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  connection.close();
  return opened;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const create = ({ store, taskId }: BenchStore) =>
  time(() => store.jobs.enqueue(Array.from({ length: 100 }, () => ({ taskId, inputJson: "{}" }))));
const claim = ({ store }: BenchStore) =>
  time(() => store.jobs.completeAndClaim({ workerId: "w", finished: [], capacity: 100 }));
const list = ({ store, taskId }: BenchStore) =>
  time(async () => {
    for (const filter of [
      {},
      { status: ["failed"] as const },
      { taskId, status: ["completed"] as const },
      { taskId },
    ]) {
      const first = await store.jobs.list(filter, { limit: 50 });
      await store.jobs.list(filter, { limit: 50, ...(first.nextCursor === null ? {} : { cursor: first.nextCursor }) });
    }
    await store.executions.list({ status: ["failed"] }, { limit: 50 });
    await store.stats.read();
  });

/** What a history of a million jobs costs those that are made now. */
export const benchmark: Benchmark = {
  title: "1,000,000 finished jobs against 1,000",
  async run() {
    mkdirSync(CACHE, { recursive: true });
    const few = await withFinished(FEW);
    const many = await withFinished(MANY);
    const times = await interleave(
      {
        createFew: () => create(few),
        createMany: () => create(many),
        claimFew: () => claim(few),
        claimMany: () => claim(many),
        listFew: () => list(few),
        listMany: () => list(many),
      },
      { rounds: ROUNDS, warmUp: 10 },
    );
    await few.remove();
    await many.remove();
    const row = (measure: string, a: readonly number[], b: readonly number[]) => {
      const ratio = median(b) / median(a);
      return {
        measure: `${measure}: ${figure(median(a), "ms")} and ${figure(median(b), "ms")}`,
        value: `${figure(ratio, "")} times`,
        bar: atMost(ratio, 1.5, "times"),
      };
    };
    return {
      method: `Two stores, one with ${FEW.toLocaleString("en")} finished jobs, one with ${MANY.toLocaleString("en")}, measured alternately (median of ${ROUNDS}): 100 jobs created, 100 claimed, ten pages listed by different filters together with the stats.`,
      rows: [
        row("create", times.createFew, times.createMany),
        row("claim", times.claimFew, times.claimMany),
        row("list", times.listFew, times.listMany),
      ],
    };
  },
};
