import { existsSync, renameSync, rmSync } from "node:fs";
import { type Connection, openConnection } from "../src/store/sqlite/connection.ts";
import { migrate } from "../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../src/store/sqlite/migrations.ts";

/** Jobs, and executions. */
export const HISTORY = 1_000_000;
const TASKS = 50;

/**
 * Jobs of every kind. Even ones have a version, and the keys `odd` and `even` follow it, so that two common conditions
 * can have nothing in common. What is called old belongs to the first jobs alone, which a list of the newest reads last.
 */
const INSERT_JOBS = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
  INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, claims, schedule_id, version, unique_key, concurrency_key,
    created_at, started_at, finished_at, error, tags)
  SELECT CASE WHEN n <= 20 THEN ${TASKS} ELSE n % ${TASKS - 1} + 1 END, status,
    CASE WHEN n <= 30 THEN 0 WHEN n % 1000 = 1 THEN 3 WHEN n % 20 = 0 THEN 2 ELSE 1 END,
    CASE status WHEN 'queued' THEN 4102444800000 ELSE time END, time, CASE status WHEN 'queued' THEN 1 END, 1,
    CASE WHEN n <= 60 THEN 9 WHEN n % 6 = 0 THEN n % 4 + 1 END,
    CASE WHEN n <= 100 THEN '0.1.0' WHEN n % 2 = 0 THEN '1.0.0' END,
    CASE WHEN n <= 50 THEN 'old' WHEN n % 5 = 0 AND status <> 'queued' THEN 'unique' END,
    CASE WHEN n <= 50 THEN 'old' WHEN n % 3 = 1 AND n BETWEEN ?2 * 2 / 5 AND ?2 * 3 / 5 THEN 'middle' WHEN n % 3 <> 0 THEN NULL WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END,
    time, time, CASE status WHEN 'queued' THEN NULL ELSE time + 50 END,
    CASE status WHEN 'failed' THEN json_object('code', CASE WHEN n <= 90 THEN 'OLD' WHEN n % 20 = 0 THEN 'TASK_FAILED' ELSE 'TIME_LIMIT' END, 'message', 'It failed.') END,
    CASE WHEN n <= 40 THEN '["old"]' WHEN n % 4 = 0 THEN '["nightly"]' END
  FROM (SELECT n, ?1 + n * 100 AS time, CASE WHEN n % 997 = 0 THEN 'queued' WHEN n % 97 = 0 THEN 'cancelled'
    WHEN n % 10 = 0 THEN 'failed' ELSE 'completed' END AS status FROM numbers)`;

const INSERT_EXECUTIONS = `INSERT INTO executions (job_id, task_id, version, attempt, status, worker_id, created_at, started_at,
    finished_at, duration_ms, output, error)
  SELECT id, task_id, '1.0.0', 1, status, 'w', created_at, created_at, finished_at, 50,
    CASE status WHEN 'completed' THEN '{"sum":15}' END, error
  FROM (SELECT id, task_id, CASE status WHEN 'queued' THEN 'cancelled' ELSE status END AS status, created_at,
    created_at + 50 AS finished_at, error FROM jobs)`;

/**
 * Creates a database with many finished jobs and their executions, unless there is one.
 * @param count how many, at least 10,000
 * @returns when its first job was created, ms since the epoch
 */
export function createHistory(path: string, count = HISTORY): number {
  if (!existsSync(path)) fill(path, count);
  const connection = openConnection({ location: { kind: "file", path }, busyTimeoutMs: 0, readonly: true });
  const first = connection.sql.get<{ time: number }>("SELECT min(created_at) AS time FROM jobs");
  connection.close();
  return first?.time ?? 0;
}

function fill(path: string, count: number): void {
  const partial = `${path}.partial`;
  for (const ending of ["", "-wal", "-shm"]) rmSync(partial + ending, { force: true });
  const connection = openConnection({ location: { kind: "file", path: partial }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, Date.now());
  connection.exec("PRAGMA synchronous = OFF");
  connection.exec("BEGIN");
  connection.exec(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${TASKS})
      INSERT INTO tasks (uuid, label, version, created_at, updated_at)
      SELECT printf('00000000-0000-4000-8000-%012d', n), 'task-' || n, '1.0.0', 0, 0 FROM numbers`,
  );
  withoutGuards(connection, () => {
    connection.sql.run(INSERT_JOBS, Date.now() - count * 100, count);
    connection.exec('INSERT INTO job_inputs (job_id, input) SELECT id, \'{"num1":5,"num2":10}\' FROM jobs');
    connection.exec(INSERT_EXECUTIONS);
  });
  for (const kind of ["job", "execution"]) {
    connection.exec(
      `INSERT INTO counters (kind, task_id, status, count) SELECT '${kind}', task_id, status, count(*) FROM ${kind}s GROUP BY 2, 3`,
    );
  }
  connection.exec("COMMIT");
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  connection.close();
  renameSync(partial, path);
}

/** Inserts rows at once where a job would start out queued: the guards on that come back afterwards. */
function withoutGuards(connection: Connection, insert: () => void): void {
  const guards = connection.sql.all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%_first_status'",
  );
  for (const { name } of guards) connection.exec(`DROP TRIGGER ${name}`);
  insert();
  for (const { sql } of guards) connection.exec(sql);
}
