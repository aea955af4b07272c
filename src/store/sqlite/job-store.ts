import type { AttemptReport, CompleteRequest, CompleteResult, JobStore } from "../contract/jobs.ts";
import { GATES } from "../policy/gates.ts";
import type { Sql } from "./connection.ts";
import { EXECUTION_COLUMNS, type ExecutionRow, executionFromRow, insertLogs } from "./execution-rows.ts";
import { finishAttempts } from "./finish-attempts.ts";
import { changeJob } from "./job-change.ts";
import { claimJobs, promoteDue } from "./job-claim.ts";
import { cancelJob, cancelJobs, openLanesOf, readJob, retryJob, retryJobs } from "./job-control.ts";
import { deleteJob } from "./job-delete.ts";
import { enqueueJobs, readByIdempotencyKey } from "./job-enqueue.ts";
import { explainJob } from "./job-explain.ts";
import { countJobs, firstJobs, listJobs } from "./job-list.ts";
import { JOB_COLUMNS, type JobRow, jobFromRow } from "./job-rows.ts";
import { createLaneBook } from "./lanes.ts";
import type { Tx, Writer } from "./writer.ts";

/** Jobs over SQLite. */
export function createJobStore(sql: Sql, writer: Writer, now: () => number, missingWaitMs: number): JobStore {
  return {
    enqueue: (jobs) => writer.write((tx) => enqueueJobs(tx, jobs)),
    async byIdempotencyKey(key) {
      const row = readByIdempotencyKey(sql, key);
      return row === undefined ? undefined : jobFromRow(row);
    },
    async get(id) {
      const row = readJob({ sql }, id);
      return row === undefined ? undefined : jobFromRow(row);
    },
    async getMany(ids) {
      const query = `SELECT ${JOB_COLUMNS} FROM jobs WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`;
      return sql.all<JobRow>(query, JSON.stringify(ids)).map(jobFromRow);
    },
    firstOf: async (ids, maxBytes) => firstJobs(sql, ids, maxBytes),
    list: async (filter, page) => listJobs(sql, filter, page),
    count: async (filter) => countJobs(sql, filter),
    completeAndClaim: (request) => writer.write((tx) => completeAndClaim(tx, request, missingWaitMs)),
    report: (reports) =>
      writer.write((tx) => {
        for (const report of reports) storeReport(tx, report);
      }),
    cancel: (id) => writer.write((tx) => cancelJob(tx, id)),
    retry: (id) => writer.write((tx) => retryJob(tx, id)),
    change: (id, change) => writer.write((tx) => changeJob(tx, id, change)),
    delete: (id) => writer.write((tx) => deleteJob(tx, id)),
    cancelMany: (filter, step) => writer.write((tx) => cancelJobs(tx, filter, step)),
    retryMany: (filter, step) => writer.write((tx) => retryJobs(tx, filter, step)),
    explain: async (id) => explainJob({ sql, now: now() }, id, missingWaitMs),
    async executions(id) {
      const query = `SELECT ${EXECUTION_COLUMNS} FROM executions WHERE job_id = ? AND job_id IS NOT NULL ORDER BY id`;
      return sql.all<ExecutionRow>(query, id).map(executionFromRow);
    },
  };
}

/** Completing and claiming share a transaction, and so one sync of the disk. */
function completeAndClaim(tx: Tx, request: CompleteRequest, missingWaitMs: number): CompleteResult {
  const lost = finishAttempts(tx, request.finished, missingWaitMs);
  const moreDue = promoteDue(tx);
  const book = createLaneBook(tx.sql, tx.now, missingWaitMs);
  openLanesOf(
    book,
    request.finished.map((attempt) => attempt.claimed.job),
  );
  book.openDue();
  const known = tx.sql.get("SELECT 1 AS found FROM workers WHERE id = ?", request.workerId) !== undefined;
  const { claimed, more } =
    known && request.capacity > 0
      ? claimJobs(tx, book, request.workerId, request.capacity)
      : { claimed: [], more: false };
  book.save();
  return { known, claimed, lost, nextDueAt: nextDue(tx.sql), more: more || moreDue };
}

function nextDue(sql: Sql): number | null {
  const row = sql.get<{ due: number | null; opens: number | null }>(
    `SELECT (SELECT min(run_at) FROM jobs INDEXED BY jobs_later WHERE gate = ${GATES.later}) AS due,
            (SELECT min(until) FROM parked_lanes WHERE until IS NOT NULL) AS opens`,
  );
  const times = [row?.due, row?.opens].filter((time) => typeof time === "number");
  return times.length === 0 ? null : Math.min(...times);
}

function storeReport(tx: Tx, report: AttemptReport): void {
  const { job, claim, executionId } = report.claimed;
  const held = tx.sql.get(
    "SELECT 1 AS found FROM jobs WHERE id = ? AND status = 'processing' AND claims = ?",
    job.id,
    claim,
  );
  const cancelled =
    held === undefined &&
    tx.sql.get("SELECT 1 AS found FROM executions WHERE id = ? AND status = 'cancelled'", executionId) !== undefined;
  if (held === undefined && !cancelled) return;
  if (report.logs !== undefined && report.logs.length > 0) {
    const first = report.firstLog ?? 0;
    insertLogs(tx.sql, executionId, first, report.logs);
    tx.sql.run("UPDATE executions SET log_count = ? WHERE id = ?", first + report.logs.length, executionId);
  }
  if (report.progress === undefined || cancelled) return;
  tx.sql.run("UPDATE jobs SET progress = ? WHERE id = ?", JSON.stringify(report.progress), job.id);
  tx.emit({
    type: "job.progress",
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: report.progress,
  });
}
