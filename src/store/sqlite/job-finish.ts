import type { Job, StoredError } from "../../domain/job.ts";
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
import { attemptData } from "./attempt-data.ts";
import type { Sql } from "./connection.ts";
import { insertLedger } from "./execution-ledgers.ts";
import { insertRecording } from "./execution-recordings.ts";
import { endExecution } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { priorityLevel } from "./job-rows.ts";
import { insertLogs } from "./log-rows.ts";
import { missingSince } from "./missing-tasks.ts";
import type { RunWork } from "./runs/run-work.ts";
import { settleSchedule } from "./schedule-settle.ts";

/**
 * Decides what an attempt result does to its job.
 * @returns undefined when the job was cancelled: then nothing is left to decide
 */
export function decideTransition(
  tx: Tx,
  { claimed: { job } }: FinishedAttempt,
  result: Exclude<AttemptResult, { kind: "cancelled" | RunEnding }>,
  missingWaitMs: number,
): Transition {
  const settled = result.kind === "missing" ? settle(tx, job, result, missingWaitMs) : result;
  return transitionOf(settled, job, priorityLevel(job.priority), tx.now);
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
export function applyTransition(work: RunWork, attempt: FinishedAttempt, transition: Transition): boolean {
  const { tx } = work;
  const { job, executionId } = attempt.claimed;
  const moved = moveJob(tx, attempt, transition);
  if (moved === undefined) return false;
  insertLogs(tx, { executionId, taskId: job.taskId, first: attempt.logsStored }, attempt.logs);
  const durationMs = endExecution(tx, executionId, job.taskId, {
    ...transition.execution,
    version: attempt.version,
    startedAt: attempt.startedAt,
    finishedAt: attempt.finishedAt,
    usage: attempt.usage,
    logCount: attempt.logsStored + attempt.logs.length,
    trace: attempt.trace,
  });
  recordTransition(tx, attempt, transition, durationMs ?? null);
  if (durationMs !== undefined) {
    insertLedger(tx.sql, executionId, attempt.touched);
    insertRecording(tx, executionId, attempt.recording);
  }
  if (moved.run_id === executionId) work.endedRuns.push(executionId);
  if (transition.kind === "end") {
    noteEnd(work, job, transition.status === "completed");
    if (job.scheduleId !== null) settleSchedule(tx, job.scheduleId, job.id, transition.status === "failed");
  }
  return true;
}

/** Notes that a job has ended, if a run has started it. */
export function noteEnd(work: RunWork, { id, parent }: Pick<Job, "id" | "parent">, ok: boolean): void {
  if (parent === null) return;
  work.endedChildren.push({ jobId: id, parent: parent.executionId, number: parent.number, ok, wasParked: false });
}

/** The run of a job that was moved. */
interface Moved {
  run_id: number | null;
}

/** @returns undefined if the worker no longer owned the job */
function moveJob({ sql }: Tx, attempt: FinishedAttempt, transition: Transition): Moved | undefined {
  return transition.kind === "end" ? endJob(sql, attempt, transition) : returnJob(sql, attempt, transition);
}

function endJob(sql: Sql, attempt: FinishedAttempt, { status, error }: Transition): Moved | undefined {
  const { job, claim } = attempt.claimed;
  return sql.get<Moved>(
    `UPDATE jobs SET status = ?, worker_id = NULL, request = NULL, finished_at = ?, error = ?,
       progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ? RETURNING run_id`,
    status,
    attempt.finishedAt,
    jsonOrNull(error),
    progressText(attempt),
    job.id,
    claim,
  );
}

function returnJob(sql: Sql, attempt: FinishedAttempt, transition: Transition & Return): Moved | undefined {
  const { status, retries, runAt, rank, gate, error } = transition;
  const { job, claim } = attempt.claimed;
  return sql.get<Moved>(
    `UPDATE jobs SET status = ?, worker_id = NULL, request = NULL, retries = retries + ?, run_at = ?,
       rank = coalesce(?, rank), gate = ?, error = ?, progress = coalesce(?, progress)
     WHERE id = ? AND status = 'processing' AND claims = ? RETURNING run_id`,
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
}

/** Counts a transition of a job, and emits its events. @param durationMs null if it is not known */
export function recordTransition(
  tx: Tx,
  { claimed: { job, executionId } }: FinishedAttempt,
  { status, error, execution }: Transition,
  durationMs: number | null,
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
    data: attemptData(job.attempts, durationMs, error),
    execution: execution.status,
  });
}

const progressText = ({ progress }: FinishedAttempt): string | null =>
  progress === null ? null : JSON.stringify(progress);

const jsonOrNull = (value: StoredError | null): string | null => (value === null ? null : JSON.stringify(value));
