import { RatchetError } from "../../domain/errors.ts";
import { isFinished, type Job, type JobStatus, REQUEUED_STATUSES, UNFINISHED_STATUSES } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { BulkResult, BulkStep, JobFilter } from "../contract/jobs.ts";
import { GATES } from "../policy/gates.ts";
import { rankOf } from "../policy/rank.ts";
import { cancelRow, killRow } from "./cancel-row.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { checkCorrelationKey, correlationKeyHolder } from "./job-enqueue.ts";
import { jobBranches } from "./job-list.ts";
import { JOB_STATE_COLUMNS, type JobRow, type JobState, jobColumns, jobFromRow } from "./job-rows.ts";
import { branchSource } from "./keyset.ts";
import { createLaneBook, type LaneBook } from "./lanes.ts";
import { finishRunWork } from "./runs/finish-work.ts";
import { returnToMap } from "./runs/map-places.ts";
import { createRunWork, type RunWork } from "./runs/run-work.ts";
import { TooHeavy } from "./too-heavy.ts";

/** A step of a bulk operation. */
export interface BulkRequest {
  filter: JobFilter;
  step: BulkStep;
}

/** Reads a job with its input, if that is brief. */
export function readJob(tx: Pick<Tx, "sql">, id: number): JobRow | undefined {
  return tx.sql.get<JobRow>(`SELECT ${jobColumns(tx.sql)} FROM jobs WHERE id = ?`, id);
}

/** Reads a job without its input. */
export function readJobState(tx: Pick<Tx, "sql">, id: number): JobState | undefined {
  return tx.sql.get<JobState>(`SELECT ${JOB_STATE_COLUMNS} FROM jobs WHERE id = ?`, id);
}

/** @throws {RatchetError} JOB_NOT_FOUND */
export function mustReadJob(tx: Pick<Tx, "sql">, id: number): JobState {
  const row = readJobState(tx, id);
  if (row === undefined) throw noJob(id);
  return row;
}

/** Reads the job that was just changed. */
export function changedJob(tx: Tx, id: number): Job {
  const row = readJob(tx, id);
  if (row === undefined) throw noJob(id);
  return jobFromRow(row);
}

/** The error for a job whose status does not allow something. */
export function illegalJob(row: JobState, what: string, remedy: string): RatchetError {
  return new RatchetError("ILLEGAL_TRANSITION", `Job ${row.id} is ${row.status} and can't be ${what}.`, {
    data: { jobId: row.id, status: row.status },
    remedy,
  });
}

/** A job to be cancelled. */
export interface EndRequest {
  id: number;
  /** At once, whatever its run would still do. @default a run that is under way is asked to end itself */
  isKilled?: boolean;
}

/** Cancels an unfinished job. */
export function cancelJob(tx: Tx, id: number): Job {
  return endUnfinished(tx, { id });
}

/** Cancels an unfinished job. @throws {TooHeavy} if its run cancels more than `mostCancelled` jobs */
export function endUnfinished(tx: Tx, { id, isKilled = false }: EndRequest, mostCancelled?: number): Job {
  const row = mustReadJob(tx, id);
  if (isFinished(row.status)) {
    const done = isKilled ? "killed" : "cancelled";
    throw illegalJob(row, done, `Only jobs that have not ended can be ${done}.`);
  }
  const work = createRunWork(tx, mostCancelled === undefined ? {} : { mostCancelled });
  if (isKilled) killRow(work, row);
  else cancelRow(work, row);
  finishEnds(work);
  return changedJob(tx, id);
}

/** Does what follows from the ends of jobs, and opens their lanes. */
export function finishEnds(work: RunWork): void {
  const { sql, now } = work.tx;
  finishRunWork(work);
  const book = createLaneBook(sql, now);
  for (const user of work.freed) book.openFor(user);
  book.save();
}

/** Cancels the next unfinished jobs that match. @throws {TooHeavy} if there are more than `mostRows` */
export function cancelJobs(tx: Tx, { filter, step }: BulkRequest, mostRows: number): BulkResult {
  const rows = matchingJobs(tx.sql, filter, UNFINISHED_STATUSES, step);
  if (rows.length > mostRows) throw new TooHeavy();
  const work = createRunWork(tx, { mostCancelled: mostRows });
  for (const row of rows) cancelRow(work, row);
  finishEnds(work);
  return { ids: rows.map((row) => row.id), next: nextStep(rows, step) };
}

/** Requeues a failed or cancelled job, or one that needs attention. */
export function retryJob(tx: Tx, id: number): Job {
  const row = mustReadJob(tx, id);
  if (!REQUEUED_STATUSES.includes(row.status)) {
    throw illegalJob(row, "retried", "Only failed and cancelled jobs and those that need attention can be retried.");
  }
  checkCorrelationKey(tx, row);
  if (!uniqueKeyIsFree(tx, row)) {
    throw new RatchetError("CONFLICT", `Another unfinished job has the unique key of job ${id}.`, {
      data: { jobId: id, uniqueKey: row.unique_key },
      remedy: "Wait for that job, or cancel it.",
    });
  }
  retryRow(tx, row);
  return changedJob(tx, id);
}

/** Requeues the next failed or cancelled jobs that match. @throws {TooHeavy} if there are more than `mostRows` */
export function retryJobs(tx: Tx, { filter, step }: BulkRequest, mostRows: number): BulkResult {
  const rows = matchingJobs(tx.sql, filter, REQUEUED_STATUSES, step);
  if (rows.length > mostRows) throw new TooHeavy();
  const ids: number[] = [];
  for (const row of rows) {
    if (!uniqueKeyIsFree(tx, row) || !correlationKeyIsFree(tx, row)) continue;
    retryRow(tx, row);
    ids.push(row.id);
  }
  return { ids, next: nextStep(rows, step) };
}

function nextStep(rows: readonly JobState[], step: BulkStep): number | null {
  return rows.length < step.limit ? null : (rows.at(-1)?.id ?? null);
}

function uniqueKeyIsFree(tx: Tx, row: JobState): boolean {
  if (row.unique_key === null) return true;
  const other = tx.sql.get(
    `SELECT 1 AS found FROM jobs
      WHERE task_id = ? AND unique_key = ? AND unique_key IS NOT NULL AND finished_at IS NULL AND id <> ?`,
    row.task_id,
    row.unique_key,
    row.id,
  );
  return other === undefined;
}

function correlationKeyIsFree(tx: Tx, row: JobState): boolean {
  return row.correlation_key === null || correlationKeyHolder(tx.sql, row) === undefined;
}

function retryRow(tx: Tx, row: JobState): void {
  // It is counted again, if its map waits for others.
  if (row.parent !== null && isFinished(row.status)) returnToMap(tx.sql, row);
  // What can't go on from an image goes on over the journal.
  if (row.run_id !== null) tx.sql.run("DELETE FROM run_images WHERE execution_id = ?", row.run_id);
  tx.sql.run(
    `UPDATE jobs SET status = 'queued', gate = ${GATES.ready}, run_at = ?, rank = ?, retries = 0, rescues = 0, finished_at = NULL,
       progress = NULL, error = NULL, request = NULL
     WHERE id = ?`,
    tx.now,
    rankOf(tx.now, row.priority),
    row.id,
  );
  tx.counters.moveJob(row.task_id, row.status, "queued");
  tx.emit({
    type: "job.queued",
    time: tx.now,
    taskId: row.task_id,
    jobId: row.id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
  });
}

/** The next jobs that match and are in one of the given statuses. */
export function matchingJobs(sql: Sql, filter: JobFilter, allowed: readonly JobStatus[], step: BulkStep): JobState[] {
  const statuses = allowed.filter((status) => filter.status === undefined || filter.status.includes(status));
  const rows = jobBranches(sql, { ...filter, status: statuses }, "id").flatMap((branch) => {
    const { text, values } = branchSource("jobs", branch, "ASC", { is: "> ?", id: step.afterId });
    const order = branch.arms === undefined ? "ORDER BY id" : "";
    return sql.all<JobState>(
      `SELECT ${JOB_STATE_COLUMNS} FROM ${text} AND id > ? AND id <= ? ${order} LIMIT ?`,
      ...values,
      step.afterId,
      step.upToId,
      step.limit,
    );
  });
  return rows.sort((a, b) => a.id - b.id).slice(0, step.limit);
}

/** Opens the lanes of finished jobs, each once. */
export function openLanesOf(book: LaneBook, jobs: Iterable<Pick<Job, "taskId" | "concurrencyKey" | "rescues">>): void {
  for (const { taskId, concurrencyKey, rescues } of jobs) {
    book.openFor({ task_id: taskId, concurrency_key: concurrencyKey, rescues });
  }
}
