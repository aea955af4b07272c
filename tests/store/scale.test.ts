import { expect, test } from "bun:test";
import { EXECUTION_STATUSES } from "../../src/domain/execution-record.ts";
import { JOB_STATUSES } from "../../src/domain/job.ts";
import { openConnection, type Sql } from "../../src/store/sqlite/connection.ts";
import { listExecutions } from "../../src/store/sqlite/execution-list.ts";
import { listJobs } from "../../src/store/sqlite/job-list.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations.ts";

/**
 * The hot statements with the index that they must use. Without statistics SQLite guesses. A wrong guess once made a
 * claim of ten jobs read a whole table of finished ones.
 */
const PLANS: readonly [name: string, sql: string, index: string][] = [
  [
    "claim",
    "SELECT id FROM jobs INDEXED BY jobs_ready WHERE gate = 0 AND (rank, id) > (1, 1) ORDER BY rank, id LIMIT 9",
    "jobs_ready",
  ],
  [
    "due",
    "SELECT id FROM jobs INDEXED BY jobs_later WHERE gate = 1 AND run_at <= 1 ORDER BY run_at, id LIMIT 9",
    "jobs_later",
  ],
  [
    "parked",
    "SELECT id FROM jobs INDEXED BY jobs_parked WHERE gate = 2 AND lane = 'a' ORDER BY rank, id LIMIT 9",
    "jobs_parked",
  ],
  ["list by status", "SELECT * FROM jobs WHERE status = 'failed' AND id < 9 ORDER BY id DESC LIMIT 9", "jobs_failed"],
  [
    "list by task",
    "SELECT * FROM jobs WHERE task_id = 1 AND status = 'failed' AND id < 9 ORDER BY id DESC LIMIT 9",
    "jobs_task",
  ],
  [
    "list by schedule",
    "SELECT * FROM jobs WHERE schedule_id IS NOT NULL AND schedule_id = 1 AND status = 'failed' AND id < 9 ORDER BY id DESC LIMIT 9",
    "jobs_schedule",
  ],
  [
    "list by time",
    "SELECT * FROM jobs INDEXED BY jobs_created WHERE created_at >= 1 AND (created_at, id) < (9, 9) ORDER BY created_at DESC, id DESC LIMIT 9",
    "jobs_created",
  ],
  [
    "executions by status",
    "SELECT * FROM executions WHERE status = 'failed' AND id < 9 ORDER BY id DESC LIMIT 9",
    "executions_failed",
  ],
  [
    "executions by task",
    "SELECT * FROM executions WHERE task_id = 1 AND status = 'failed' AND id < 9 ORDER BY id DESC LIMIT 9",
    "executions_task_failed",
  ],
  [
    "executions of a job",
    "SELECT * FROM executions WHERE job_id IS NOT NULL AND job_id = 1 AND id < 9 ORDER BY id DESC LIMIT 9",
    "executions_job",
  ],
  ["idempotency", "SELECT id FROM jobs WHERE idempotency_key = 'k'", "jobs_idempotency"],
];

test.each(PLANS)("%s reads along its index and does not sort", (_, sql, index) => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, 0);
  const plan = connection.sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail);
  expect(plan.join("\n")).toContain(index);
  expect(plan.join("\n")).not.toContain("TEMP B-TREE");
  expect(plan.join("\n")).not.toContain("SCAN jobs\n");
  connection.close();
});

/** Records the plans of statements instead of running them. Each index seems to have `entries` entries. */
function explaining(sql: Sql, plans: string[], entries: number): Sql {
  return {
    ...sql,
    all(text, ...values) {
      const steps = sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, ...values);
      plans.push(...steps.map(({ detail }) => detail));
      return [];
    },
    get: <T>() => ({ n: entries }) as T,
  };
}

test("every list reads along an index, whatever the filter", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, 0);
  const plans: string[] = [];
  const sql = explaining(connection.sql, plans, 1_000_000);
  for (const task of [{}, { taskId: 1 }]) {
    for (const page of [{}, { cursor: "9" }, { order: "asc" as const }, { maxBytes: 1 }]) {
      listJobs(sql, task, page);
      listExecutions(sql, task, page);
      for (const status of JOB_STATUSES) listJobs(sql, { ...task, status: [status] }, page);
      for (const status of EXECUTION_STATUSES) listExecutions(sql, { ...task, status: [status] }, page);
      listJobs(sql, { scheduleId: 1 }, page);
      listExecutions(sql, { ...task, jobId: 1 }, page);
    }
    listJobs(sql, { ...task, createdFrom: 1, status: ["failed"] }, { cursor: "9.9" });
    listExecutions(sql, { ...task, createdTo: 1, status: ["running"] }, { cursor: "9.9" });
  }
  connection.close();
  // Without a filter the table itself is in order. Otherwise a table is only read through an index.
  const bad = plans.filter((step) => step.includes("TEMP B-TREE") || /^SCAN (jobs|executions)$/.test(step));
  expect(plans.length).toBeGreaterThan(100);
  expect(bad).toEqual(Array.from({ length: bad.length }, () => expect.stringMatching(/^SCAN (jobs|executions)$/)));
  expect(bad.length).toBe(6);
});

test("rare rows are found by their own index, even if the filter has a time", () => {
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, 0);
  const plans: string[] = [];
  const sql = explaining(connection.sql, plans, 10);
  for (const status of JOB_STATUSES) {
    for (const more of [{}, { taskId: 1 }, { scheduleId: 1 }]) {
      listJobs(sql, { ...more, status: [status], createdFrom: 1 }, { cursor: "9.9" });
    }
  }
  for (const status of EXECUTION_STATUSES) {
    for (const more of [{}, { taskId: 1 }]) listExecutions(sql, { ...more, status: [status], createdTo: 9 }, {});
  }
  connection.close();
  const reads = plans.filter((step) => /(?:SEARCH|SCAN) (?:jobs|executions) USING/.test(step));
  expect(reads.length).toBeGreaterThan(3 * JOB_STATUSES.length + EXECUTION_STATUSES.length);
  expect(reads.filter((step) => step.includes("_created"))).toEqual([]);
});
