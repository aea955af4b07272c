import type { StoredError } from "../domain/job.ts";
import type { JsonObject } from "../domain/json.ts";
import { addToCancelled } from "./cancelled-attempt.ts";
import type { ClaimedJob, FinishedAttempt, Verdict } from "./contract/jobs.ts";
import { endExecution, insertLogs } from "./execution-rows.ts";
import { priorityLevel, rankOf } from "./job-rows.ts";
import { settleSchedule } from "./schedule-settle.ts";
import type { Tx } from "./writer.ts";

/**
 * Stores what became of an attempt. The job's claim number fences the write: it changes nothing for a worker whose
 * lease went to another.
 * @returns whether the worker still held the job
 */
export function finishAttempt(tx: Tx, attempt: FinishedAttempt): boolean {
  const { claimed, verdict } = attempt;
  if (verdict.kind === "cancelled") return addToCancelled(tx, attempt);
  if (!moveJob(tx, attempt, verdict)) return false;
  const { job } = claimed;
  insertLogs(tx.sql, claimed.executionId, attempt.logsStored, attempt.logs);
  endExecution(tx, claimed.executionId, job.taskId, {
    status: verdict.kind === "completed" ? "completed" : verdict.kind === "released" ? "cancelled" : "failed",
    version: attempt.version,
    startedAt: attempt.startedAt,
    finishedAt: attempt.finishedAt,
    usage: attempt.usage,
    error:
      verdict.kind === "completed"
        ? null
        : verdict.kind === "released"
          ? { code: "CANCELLED", message: "The server was stopping; the job was handed back." }
          : verdict.error,
    outputJson: verdict.kind === "completed" ? verdict.outputJson : null,
    logCount: attempt.logsStored + attempt.logs.length,
  });
  return true;
}

function moveJob(tx: Tx, attempt: FinishedAttempt, verdict: Exclude<Verdict, { kind: "cancelled" }>): boolean {
  const { claimed, finishedAt } = attempt;
  const progress = attempt.progress === null ? null : JSON.stringify(attempt.progress);
  switch (verdict.kind) {
    case "completed":
      return end(tx, claimed, "completed", finishedAt, null, progress);
    case "failed":
      return end(tx, claimed, "failed", finishedAt, verdict.error, progress);
    case "retry":
      return wait(tx, claimed, "retrying", verdict.runAt, 1, verdict.error, progress);
    case "released":
      return wait(tx, claimed, "queued", claimed.job.runAt, 0, null, progress);
  }
}

function end(
  tx: Tx,
  claimed: ClaimedJob,
  status: "completed" | "failed",
  finishedAt: number,
  error: StoredError | null,
  progress: string | null,
): boolean {
  const { job } = claimed;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, attempts = attempts + 1, finished_at = ?, error = ?,
       progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ?`,
    status,
    finishedAt,
    jsonOrNull(error),
    progress,
    job.id,
    claimed.claim,
  );
  if (changes === 0) return false;
  tell(tx, claimed, status, `job.${status}`, error);
  if (job.scheduleId !== null) settleSchedule(tx, job.scheduleId, job.id, status === "failed");
  return true;
}

function wait(
  tx: Tx,
  claimed: ClaimedJob,
  status: "retrying" | "queued",
  runAt: number,
  attempts: number,
  error: StoredError | null,
  progress: string | null,
): boolean {
  const { job } = claimed;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, attempts = attempts + ?, run_at = ?, rank = coalesce(?, rank), gate = ?, error = ?,
       progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ?`,
    status,
    attempts,
    runAt,
    // What is handed back keeps its place.
    status === "queued" ? null : rankOf(runAt, priorityLevel(job.priority)),
    status === "retrying" && runAt > tx.now ? 1 : 0,
    jsonOrNull(error),
    progress,
    job.id,
    claimed.claim,
  );
  if (changes === 0) return false;
  tell(tx, claimed, status, `job.${status}`, error);
  return true;
}

function tell(
  tx: Tx,
  { job, executionId }: ClaimedJob,
  status: string,
  type: "job.completed" | "job.failed" | "job.retrying" | "job.queued",
  error: StoredError | null,
): void {
  tx.counters.move("job", job.taskId, "processing", status);
  const at = { time: tx.now, taskId: job.taskId, jobId: job.id, executionId, scheduleId: job.scheduleId };
  tx.emit({ type, ...at, ...(error !== null && { data: errorData(error) }) });
}

const jsonOrNull = (value: StoredError | null): string | null => (value === null ? null : JSON.stringify(value));

/** An event tells what went wrong in a line; the job has the whole of it, characters. */
const MESSAGE_LIMIT = 300;

/** What an event tells of an error. */
export function errorData({ code, type, message }: StoredError): JsonObject {
  const short = message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT)}...` : message;
  return { code, ...(type === undefined ? {} : { type }), message: short };
}
