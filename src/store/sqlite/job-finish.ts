import type { ExecutionStep } from "../../domain/events.ts";
import type { StoredError } from "../../domain/job.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { FinishedAttempt } from "../contract/jobs.ts";
import {
  type Return,
  type SettledResult,
  settleMissing,
  type Transition,
  transitionOf,
} from "../policy/attempt-transition.ts";
import { addToCancelled } from "./cancelled-attempt.ts";
import { durationOf, endExecution, insertLogs } from "./execution-rows.ts";
import { priorityLevel } from "./job-rows.ts";
import { missingSince } from "./missing-tasks.ts";
import { settleSchedule } from "./schedule-settle.ts";
import type { Tx } from "./writer.ts";

/**
 * Stores an attempt result. The job's claim number fences the write: it changes nothing for a worker that no longer owns
 * the job.
 * @returns whether the worker still owned the job
 */
export function finishAttempt(tx: Tx, attempt: FinishedAttempt, missingWaitMs: number): boolean {
  const result = settled(tx, attempt, missingWaitMs);
  if (result === undefined) return addToCancelled(tx, attempt);
  const { job, executionId } = attempt.claimed;
  const transition = transitionOf(result, job, priorityLevel(job.priority), tx.now);
  if (!moveJob(tx, attempt, transition)) return false;
  recordEnd(tx, attempt, transition.status, transition.error, transition.execution.status);
  if (transition.kind === "end" && job.scheduleId !== null) {
    settleSchedule(tx, job.scheduleId, job.id, transition.status === "failed");
  }
  insertLogs(tx.sql, executionId, attempt.logsStored, attempt.logs);
  endExecution(tx, executionId, job.taskId, {
    ...transition.execution,
    version: attempt.version,
    startedAt: attempt.startedAt,
    finishedAt: attempt.finishedAt,
    usage: attempt.usage,
    logCount: attempt.logsStored + attempt.logs.length,
  });
  return true;
}

/** @returns undefined when the job was cancelled: then nothing is left to decide */
function settled(
  tx: Tx,
  { claimed: { job }, result }: FinishedAttempt,
  missingWaitMs: number,
): SettledResult | undefined {
  if (result.kind === "cancelled") return undefined;
  if (result.kind !== "missing") return result;
  const since = missingSince(tx.sql, job.taskId, job.version);
  return settleMissing(result, { since, runAt: job.runAt, waitMs: missingWaitMs, now: tx.now });
}

/** @returns whether the worker still owned the job */
function moveJob(tx: Tx, attempt: FinishedAttempt, transition: Transition): boolean {
  return transition.kind === "end" ? endJob(tx, attempt, transition) : returnJob(tx, attempt, transition);
}

function endJob({ sql }: Tx, attempt: FinishedAttempt, { status, error }: Transition): boolean {
  const { job, claim } = attempt.claimed;
  const { changes } = sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, finished_at = ?, error = ?, progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ?`,
    status,
    attempt.finishedAt,
    jsonOrNull(error),
    progressText(attempt),
    job.id,
    claim,
  );
  return changes > 0;
}

function returnJob({ sql }: Tx, attempt: FinishedAttempt, transition: Transition & Return): boolean {
  const { status, retries, runAt, rank, gate, error } = transition;
  const { job, claim } = attempt.claimed;
  const { changes } = sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, retries = retries + ?, run_at = ?, rank = coalesce(?, rank), gate = ?,
       error = ?, progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ?`,
    status,
    retries,
    runAt,
    rank,
    gate,
    jsonOrNull(error),
    progressText(attempt),
    job.id,
    claim,
  );
  return changes > 0;
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
