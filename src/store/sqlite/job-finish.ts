import { RatchetError } from "../../domain/errors.ts";
import type { Job, StoredError } from "../../domain/job.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { AttemptResult, FinishedAttempt } from "../contract/jobs.ts";
import {
  type MissingTask,
  type Return,
  type RunEnding,
  type SettledResult,
  settleMissing,
  type Transition,
  transitionOf,
} from "../policy/attempt-transition.ts";
import { insertLedger } from "./execution-ledgers.ts";
import { insertRecording } from "./execution-recordings.ts";
import { durationOf, endExecution } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { priorityLevel } from "./job-rows.ts";
import { insertLogs } from "./log-rows.ts";
import { missingSince } from "./missing-tasks.ts";
import { settleSchedule } from "./schedule-settle.ts";

/**
 * Decides what an attempt result does to its job.
 * @returns undefined when the job was cancelled: then nothing is left to decide
 */
export function decideTransition(tx: Tx, attempt: FinishedAttempt, missingWaitMs: number): Transition | undefined {
  const { result, claimed } = attempt;
  if (result.kind === "cancelled") return undefined;
  if (isRunEnding(result)) throw new RatchetError("INTERNAL", "Runs can't be stored yet.");
  const { job } = claimed;
  const settled = result.kind === "missing" ? settle(tx, job, result, missingWaitMs) : result;
  return transitionOf(settled, job, priorityLevel(job.priority), tx.now);
}

function isRunEnding(result: AttemptResult): result is Extract<AttemptResult, { kind: RunEnding }> {
  const { kind } = result;
  return kind === "asleep" || kind === "renewed" || kind === "stopped" || kind === "attention";
}

function settle({ sql, now }: Tx, job: Job, result: MissingTask, missingWaitMs: number): SettledResult {
  const since = missingSince(sql, job.taskId, job.version);
  return settleMissing(result, { since, runAt: job.runAt, waitMs: missingWaitMs, now });
}

/**
 * Stores a transition of a job and its execution. The job's claim number fences the write: it changes nothing for a
 * worker that no longer owns the job.
 * @returns whether the worker still owned the job
 */
export function applyTransition(tx: Tx, attempt: FinishedAttempt, transition: Transition): boolean {
  const { job, executionId } = attempt.claimed;
  if (!moveJob(tx, attempt, transition)) return false;
  recordTransition(tx, attempt, transition);
  if (transition.kind === "end" && job.scheduleId !== null) {
    settleSchedule(tx, job.scheduleId, job.id, transition.status === "failed");
  }
  insertLogs(tx, { executionId, taskId: job.taskId, first: attempt.logsStored }, attempt.logs);
  const ended = endExecution(tx, executionId, job.taskId, {
    ...transition.execution,
    version: attempt.version,
    startedAt: attempt.startedAt,
    finishedAt: attempt.finishedAt,
    usage: attempt.usage,
    logCount: attempt.logsStored + attempt.logs.length,
    trace: attempt.trace,
  });
  if (ended) {
    insertLedger(tx.sql, executionId, attempt.touched);
    insertRecording(tx, executionId, attempt.recording);
  }
  return true;
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

/** Counts a transition of a job, and emits its events. */
export function recordTransition(
  tx: Tx,
  { claimed: { job, executionId }, usage, startedAt, finishedAt }: FinishedAttempt,
  { status, error, execution }: Transition,
): void {
  tx.counters.moveJob(job.taskId, "processing", status);
  tx.emit({
    type: `job.${status}`,
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: attemptData(job.attempts, durationOf(usage, startedAt, finishedAt), error),
    execution: execution.status,
  });
}

const progressText = ({ progress }: FinishedAttempt): string | null =>
  progress === null ? null : JSON.stringify(progress);

const jsonOrNull = (value: StoredError | null): string | null => (value === null ? null : JSON.stringify(value));

/** Longest error message in an event, in characters. The job has the whole message. */
const MESSAGE_LIMIT = 300;

/** What events say about an attempt that has ended. @param durationMs null when it is not known */
export function attemptData(attempt: number, durationMs: number | null, error: StoredError | null): JsonObject {
  return error === null ? { attempt, durationMs } : { attempt, durationMs, ...errorData(error) };
}

function errorData({ code, type, message }: StoredError): JsonObject {
  const short = message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT)}...` : message;
  return type === undefined ? { code, message: short } : { code, type, message: short };
}
