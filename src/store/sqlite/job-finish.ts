import type { ExecutionStep } from "../../domain/events.ts";
import type { StoredError } from "../../domain/job.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { FinishedAttempt, Verdict } from "../contract/jobs.ts";
import { missingUntil } from "../policy/admission.ts";
import { GATES, gateAt } from "../policy/gates.ts";
import { rankOf } from "../policy/rank.ts";
import { addToCancelled } from "./cancelled-attempt.ts";
import { durationOf, endExecution, insertLogs } from "./execution-rows.ts";
import { priorityLevel } from "./job-rows.ts";
import { missingSince } from "./missing-tasks.ts";
import { settleSchedule } from "./schedule-settle.ts";
import type { Tx } from "./writer.ts";

/**
 * Stores what became of an attempt. The job's claim number fences the write: it changes nothing for a worker whose
 * lease went to another.
 * @returns whether the worker still held the job
 */
export function finishAttempt(tx: Tx, attempt: FinishedAttempt, missingWaitMs: number): boolean {
  const { claimed } = attempt;
  const verdict = settled(tx, attempt, missingWaitMs);
  if (verdict.kind === "cancelled") return addToCancelled(tx, attempt);
  if (!moveJob(tx, attempt, verdict)) return false;
  const { job } = claimed;
  insertLogs(tx.sql, claimed.executionId, attempt.logsStored, attempt.logs);
  endExecution(tx, claimed.executionId, job.taskId, {
    status: executionEnd(verdict),
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

/** What a verdict about a missing task comes to. */
function settled(tx: Tx, { claimed: { job }, verdict }: FinishedAttempt, missingWaitMs: number): Verdict {
  if (verdict.kind !== "missing") return verdict;
  const since = missingSince(tx.sql, job.taskId, job.version);
  // It came back in the meantime, so that one more attempt will show it.
  if (since === undefined) return verdict.otherwise;
  const waits = missingUntil(since, job.runAt, missingWaitMs) > tx.now;
  return waits ? verdict : { kind: "failed", error: verdict.error };
}

function executionEnd({ kind }: Exclude<Verdict, { kind: "cancelled" }>): "completed" | "failed" | "cancelled" {
  return kind === "completed" ? "completed" : kind === "released" ? "cancelled" : "failed";
}

function moveJob(tx: Tx, attempt: FinishedAttempt, verdict: Exclude<Verdict, { kind: "cancelled" }>): boolean {
  const { runAt } = attempt.claimed.job;
  switch (verdict.kind) {
    case "completed":
      return end(tx, attempt, "completed", null);
    case "failed":
      return end(tx, attempt, "failed", verdict.error);
    case "retry":
      return wait(tx, attempt, {
        status: "retrying",
        runAt: verdict.runAt,
        retries: 1,
        error: verdict.error,
        execution: "failed",
      });
    case "released":
      return wait(tx, attempt, { status: "queued", runAt, retries: 0, error: null, execution: "cancelled" });
    case "missing":
      return wait(tx, attempt, { status: "queued", runAt, retries: 0, error: null, execution: "failed" });
  }
}

function end(tx: Tx, attempt: FinishedAttempt, status: "completed" | "failed", error: StoredError | null): boolean {
  const { job, claim } = attempt.claimed;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, finished_at = ?, error = ?, progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ?`,
    status,
    attempt.finishedAt,
    jsonOrNull(error),
    progressText(attempt),
    job.id,
    claim,
  );
  if (changes === 0) return false;
  recordEnd(tx, attempt, status, error, status);
  if (job.scheduleId !== null) settleSchedule(tx, job.scheduleId, job.id, status === "failed");
  return true;
}

/** How a job goes back to those that wait. */
interface Return {
  status: "retrying" | "queued";
  runAt: number;
  /** Retries that this uses up. */
  retries: 0 | 1;
  error: StoredError | null;
  execution: ExecutionStep;
}

function wait(tx: Tx, attempt: FinishedAttempt, { status, runAt, retries, error, execution }: Return): boolean {
  const { job, claim } = attempt.claimed;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, retries = retries + ?, run_at = ?, rank = coalesce(?, rank), gate = ?,
       error = ?, progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ?`,
    status,
    retries,
    runAt,
    // What is handed back keeps its place.
    status === "queued" ? null : rankOf(runAt, priorityLevel(job.priority)),
    status === "retrying" ? gateAt(runAt, tx.now) : GATES.ready,
    jsonOrNull(error),
    progressText(attempt),
    job.id,
    claim,
  );
  if (changes === 0) return false;
  recordEnd(tx, attempt, status, error, execution);
  return true;
}

/** Counts the end of a job's attempt, and emits its event. */
export function recordEnd(
  tx: Tx,
  { claimed: { job, claim, executionId }, usage, startedAt, finishedAt }: FinishedAttempt,
  status: "completed" | "failed" | "retrying" | "queued",
  error: StoredError | null,
  execution: ExecutionStep,
): void {
  tx.counters.move("job", job.taskId, "processing", status);
  const at = {
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
  };
  const data = attemptData(claim, durationOf(usage, startedAt, finishedAt), error);
  tx.emit({ type: `job.${status}`, ...at, data, execution });
}

const progressText = ({ progress }: FinishedAttempt): string | null =>
  progress === null ? null : JSON.stringify(progress);

const jsonOrNull = (value: StoredError | null): string | null => (value === null ? null : JSON.stringify(value));

/** An event tells what went wrong in a line; the job has the whole of it, characters. */
const MESSAGE_LIMIT = 300;

/** What events say of an attempt that has ended. @param durationMs null when it is not known */
export function attemptData(attempt: number, durationMs: number | null, error: StoredError | null): JsonObject {
  return error === null ? { attempt, durationMs } : { attempt, durationMs, ...errorData(error) };
}

function errorData({ code, type, message }: StoredError): JsonObject {
  const short = message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT)}...` : message;
  return { code, ...(type === undefined ? {} : { type }), message: short };
}
