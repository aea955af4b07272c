import { RatchetError } from "../../domain/errors.ts";
import { isFinished } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { readJobState } from "./job-control.ts";
import type { JobState } from "./job-rows.ts";
import { deleteLinesOf } from "./log-rows.ts";
import { IS_NEEDED_BY_RUN } from "./runs/needed-children.ts";
import { TooHeavy } from "./too-heavy.ts";

/**
 * Deletes a finished job with its executions and their logs, and emits `job.deleted`.
 * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION
 * @throws {TooHeavy} if its texts have more than `mostBytes`
 */
export function deleteJob(tx: Tx, id: number, mostBytes: number): void {
  const row = readJobState(tx, id);
  if (row === undefined) throw noJob(id);
  if (!isFinished(row.status)) {
    throw new RatchetError("ILLEGAL_TRANSITION", `Job ${id} is ${row.status} and can't be deleted.`, {
      data: { jobId: id, status: row.status },
      remedy: "Cancel it first; only finished jobs can be deleted.",
    });
  }
  if (row.parent !== null && isNeeded(tx.sql, row)) {
    throw new RatchetError("ILLEGAL_TRANSITION", `Job ${id} was started by a run that has not ended.`, {
      data: { jobId: id, status: row.status, parentExecutionId: row.parent },
      remedy: "Wait for that run, or cancel it.",
    });
  }
  deleteJobs(tx, [id], mostBytes);
  tx.emit({
    type: "job.deleted",
    time: tx.now,
    taskId: row.task_id,
    jobId: row.id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    data: { status: row.status },
  });
}

/** Whether an unfinished job may still need what a child of its run has put out. */
function isNeeded(sql: Sql, { id, parent }: JobState): boolean {
  const query = `SELECT 1 AS found FROM executions JOIN jobs p ON p.id = executions.job_id
    WHERE executions.id = ? AND p.finished_at IS NULL AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id = ? AND ${IS_NEEDED_BY_RUN})`;
  return sql.get(query, parent, id) !== undefined;
}

/**
 * Deletes jobs with their executions and logs, whatever their status. It emits no events: retention deletes with the
 * events of the same age, and an event for each job would outlive the job.
 * @returns how many ids there were
 * @throws {TooHeavy} if their texts have more than `mostBytes`
 */
export function deleteJobs(tx: Tx, ids: readonly number[], mostBytes: number): number {
  if (textBytes(tx.sql, ids) > mostBytes) throw new TooHeavy();
  for (const id of ids) {
    deleteExecutions(tx, "job_id = ? AND job_id IS NOT NULL", id);
    tx.sql.run("DELETE FROM job_inputs WHERE job_id = ?", id);
    for (const row of tx.sql.all<{ task_id: number; status: string }>(
      "DELETE FROM jobs WHERE id = ? RETURNING task_id, status",
      id,
    )) {
      tx.counters.moveJob(row.task_id, row.status, undefined);
    }
  }
  return ids.length;
}

/** Deleting a console line takes as long as deleting so many bytes of a text. */
const LINE_BYTES = 512;

/** Total size of the inputs, outputs and lines of jobs, bytes. To delete a text SQLite has to read it. */
function textBytes(sql: Sql, ids: readonly number[]): number {
  const list = JSON.stringify(ids);
  const row = sql.get<{ inputs: number | null; outputs: number | null; journals: number | null }>(
    `SELECT (SELECT sum(octet_length(input)) FROM job_inputs WHERE job_id IN (SELECT value FROM json_each(?))) AS inputs,
       (SELECT sum(coalesce(octet_length(output), 0) + log_count * ${LINE_BYTES}) FROM executions
         WHERE job_id IN (SELECT value FROM json_each(?)) AND job_id IS NOT NULL) AS outputs,
       (SELECT sum(bytes + (operations + items) * ${LINE_BYTES}) FROM runs WHERE execution_id IN (
         SELECT id FROM executions WHERE job_id IN (SELECT value FROM json_each(?)) AND job_id IS NOT NULL)) AS journals`,
    list,
    list,
    list,
  );
  return (row?.inputs ?? 0) + (row?.outputs ?? 0) + (row?.journals ?? 0);
}

/** Deletes executions with their logs. @param where a condition with one value */
export function deleteExecutions(tx: Tx, where: string, value: number): void {
  deleteLinesOf(tx, `SELECT id FROM executions WHERE ${where} AND log_count > 0`, value);
  const rows = tx.sql.all<{ task_id: number; status: string; duration_ms: number | null }>(
    `DELETE FROM executions WHERE ${where} RETURNING task_id, status, duration_ms`,
    value,
  );
  for (const row of rows) tx.counters.removeExecution(row.task_id, row.status, row.duration_ms ?? 0);
}
