import { expect, test } from "bun:test";
import { EXECUTION_STATUSES, EXECUTION_TRANSITIONS } from "../../src/domain/execution-record.ts";
import { JOB_STATUSES, JOB_TRANSITIONS } from "../../src/domain/job.ts";
import { openConnection } from "../../src/store/sqlite/connection.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

function emptyDatabase() {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, 0);
  connection.exec("PRAGMA foreign_keys = OFF");
  return connection;
}

/** Columns that have to fit the status because of the CHECKs of the table. */
const jobColumns = (status: string) =>
  `gate = ${status === "queued" || status === "retrying" ? "0" : "NULL"},
   worker_id = ${status === "processing" ? "'w'" : "NULL"},
   finished_at = ${["completed", "failed", "cancelled"].includes(status) ? "1" : "NULL"}`;

const executionColumns = (status: string) =>
  `finished_at = ${["completed", "failed", "cancelled"].includes(status) ? "1" : "NULL"},
   output = ${status === "completed" ? "'1'" : "NULL"}`;

test.each(JOB_STATUSES)(
  "the database permits the transitions of a %s job that the domain permits, and no others",
  (from) => {
    const connection = emptyDatabase();
    for (const to of JOB_STATUSES) {
      connection.exec("DELETE FROM jobs");
      connection.exec("DROP TRIGGER IF EXISTS jobs_first_status");
      connection.exec(
        `INSERT INTO jobs (id, task_id, status, priority, run_at, rank, gate, max_retries, worker_id, finished_at, created_at)
       SELECT 1, 1, '${from}', 1, 0, 0, ${["queued", "retrying"].includes(from) ? 0 : "NULL"}, 3,
         ${from === "processing" ? "'w'" : "NULL"},
         ${["completed", "failed", "cancelled"].includes(from) ? 1 : "NULL"}, 0`,
      );
      const change = () => connection.exec(`UPDATE jobs SET status = '${to}', ${jobColumns(to)} WHERE id = 1`);
      if (from === to || JOB_TRANSITIONS[from].includes(to)) expect(change).not.toThrow();
      else expect(change).toThrow("illegal job transition");
    }
    connection.close();
  },
);

test.each(EXECUTION_STATUSES)(
  "the database permits the transitions of a %s execution that the domain permits, and no others",
  (from) => {
    const connection = emptyDatabase();
    for (const to of EXECUTION_STATUSES) {
      connection.exec("DELETE FROM executions");
      connection.exec("DROP TRIGGER IF EXISTS executions_first_status");
      connection.exec(
        `INSERT INTO executions (id, job_id, task_id, attempt, status, worker_id, created_at, finished_at, output)
       SELECT 1, 1, 1, 1, '${from}', 'w', 0, ${["completed", "failed", "cancelled"].includes(from) ? 1 : "NULL"},
         ${from === "completed" ? "'1'" : "NULL"}`,
      );
      const change = () =>
        connection.exec(`UPDATE executions SET status = '${to}', ${executionColumns(to)} WHERE id = 1`);
      if (from === to || EXECUTION_TRANSITIONS[from].includes(to)) expect(change).not.toThrow();
      else expect(change).toThrow("illegal execution transition");
    }
    connection.close();
  },
);

test("a job starts as queued, an execution as pending or running", () => {
  const connection = emptyDatabase();
  const job = `INSERT INTO jobs (task_id, status, priority, run_at, rank, max_retries, finished_at, created_at)
    VALUES (1, 'completed', 1, 0, 0, 3, 1, 0)`;
  expect(() => connection.exec(job)).toThrow("illegal job transition");
  const execution = `INSERT INTO executions (job_id, task_id, attempt, status, worker_id, created_at, finished_at)
    VALUES (1, 1, 1, 'failed', 'w', 0, 1)`;
  expect(() => connection.exec(execution)).toThrow("illegal execution transition");
  connection.close();
});

test.each([
  ["an unknown status", "UPDATE jobs SET status = 'done'"],
  ["text instead of a number", "UPDATE jobs SET retries = 'many'"],
  ["a waiting job without a gate", "UPDATE jobs SET gate = NULL"],
  ["a parked job without a lane", "UPDATE jobs SET gate = 2"],
  ["a waiting job with a worker", "UPDATE jobs SET worker_id = 'w'"],
  ["a sixth rescue", "UPDATE jobs SET rescues = 6"],
  ["a waiting job that has finished", "UPDATE jobs SET finished_at = 1"],
])("the database rejects %s", (_, sql) => {
  const connection = emptyDatabase();
  connection.exec(`INSERT INTO jobs (task_id, status, priority, run_at, rank, gate, max_retries, created_at)
    VALUES (1, 'queued', 1, 0, 0, 0, 3, 0)`);
  expect(() => connection.exec(sql)).toThrow();
  connection.close();
});
