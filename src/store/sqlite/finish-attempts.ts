import type { StoredError } from "../../domain/job.ts";
import type { AttemptResult, FinishedAttempt } from "../contract/jobs.ts";
import { MAX_SLEEPING } from "../contract/runs.ts";
import type { Transition } from "../policy/attempt-transition.ts";
import { boundText } from "./bound-text.ts";
import { addToCancelled } from "./cancelled-attempt.ts";
import type { SqlValue } from "./connection.ts";
import { insertLedger } from "./execution-ledgers.ts";
import { insertRecording } from "./execution-recordings.ts";
import { addedTo, durationOf } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { applyTransition, decideTransition, noteEnd, recordTransition } from "./job-finish.ts";
import { isPlain, type PlainAttempt } from "./plain-attempt.ts";
import { needAttention, renew, requestOf } from "./runs/end-attempt.ts";
import { restExecution } from "./runs/rest-execution.ts";
import type { RunWork } from "./runs/run-work.ts";
import { isSleepFull, putToSleep, returnToSleep } from "./runs/sleep.ts";

/** Attempts ended by one pair of statements: each statement of its own costs nearly as much again as what it writes. */
const CHUNK = 32;

/**
 * Stores the results of attempts. Those that merely completed, as most do, are written many at a time.
 * @returns the jobs that the worker no longer owned
 */
export function finishAttempts(work: RunWork, attempts: readonly FinishedAttempt[], missingWaitMs: number): number[] {
  const lost: number[] = [];
  let plain: PlainEnd[] = [];
  for (const attempt of attempts) {
    if (isPlain(attempt)) {
      plain.push({ attempt, transition: decideTransition(work.tx, attempt, attempt.result, missingWaitMs) });
      if (plain.length < CHUNK) continue;
      lost.push(...completeChunk(work, plain));
      plain = [];
    } else if (!finishOne(work, attempt, missingWaitMs)) lost.push(attempt.claimed.job.id);
  }
  for (const { attempt, transition } of plain) {
    if (!applyTransition(work, attempt, transition)) lost.push(attempt.claimed.job.id);
  }
  return lost;
}

/** @returns whether the worker still owned the job */
function finishOne(work: RunWork, attempt: FinishedAttempt, missingWaitMs: number): boolean {
  const { tx } = work;
  const { result } = attempt;
  const apply = (next: Parameters<typeof decideTransition>[2]) =>
    applyTransition(work, attempt, decideTransition(tx, attempt, next, missingWaitMs));
  switch (result.kind) {
    case "cancelled":
      return addToCancelled(tx, attempt);
    case "asleep":
      return isSleepFull(tx.sql) ? apply({ kind: "failed", error: SLEEP_FULL }) : putToSleep(tx, attempt, result);
    case "attention":
      return needAttention(tx, attempt, result);
    case "renewed": {
      const asked = requestOf(tx, attempt);
      if (asked === undefined) return false;
      // A run that is cancelled does not begin again.
      if (asked.request === "cancel") return apply({ kind: "stopped", error: CANCELLED });
      renew(work, attempt, result, asked.request === "pause");
      return true;
    }
    case "released":
    case "missing":
      return returnRun(tx, attempt, result, missingWaitMs) ?? apply(result);
    default:
      return apply(result);
  }
}

const CANCELLED: StoredError = { code: "CANCELLED", message: "The job was cancelled." };

const SLEEP_FULL: StoredError = {
  code: "SLEEP_LIMIT",
  message: `${MAX_SLEEPING} executions sleep already, so this one can't.`,
};

/**
 * Hands back a job with a run, whose execution goes on from its image and journal.
 * @returns undefined if the job has no run, or has to end
 */
function returnRun(
  tx: Tx,
  attempt: FinishedAttempt,
  result: Extract<AttemptResult, { kind: "released" | "missing" }>,
  missingWaitMs: number,
): boolean | undefined {
  const { job, claim, executionId } = attempt.claimed;
  const run = tx.sql.get("SELECT 1 AS found FROM jobs WHERE id = ? AND run_id = ?", job.id, executionId);
  if (run === undefined || decideTransition(tx, attempt, result, missingWaitMs).kind === "end") return undefined;
  if (!returnToSleep(tx, { jobId: job.id, taskId: job.taskId, claim })) return false;
  restExecution(tx, attempt, { status: "sleeping" });
  tx.emit({
    type: "job.sleeping",
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: { attempt: job.attempts, released: true },
    execution: "sleeping",
  });
  return true;
}

/** A completed attempt, and what that does to its job. */
interface PlainEnd {
  attempt: PlainAttempt;
  transition: Transition;
}

/** @returns the jobs that the worker no longer owned */
function completeChunk(work: RunWork, attempts: readonly PlainEnd[]): number[] {
  const { tx } = work;
  const runs = completeJobs(tx, attempts);
  if (runs.size === 0) return attempts.map(({ attempt }) => attempt.claimed.job.id);
  const durations = completeExecutions(tx, attempts, runs);
  const lost: number[] = [];
  for (const { attempt, transition } of attempts) {
    const { job, executionId } = attempt.claimed;
    const runId = runs.get(job.id);
    if (runId === undefined) {
      lost.push(job.id);
      continue;
    }
    const durationMs = durations.get(executionId);
    recordTransition(tx, attempt, transition, durationMs ?? null);
    if (durationMs !== undefined) {
      insertLedger(tx.sql, executionId, attempt.touched);
      insertRecording(tx, executionId, attempt.recording);
      tx.counters.endExecution(job.taskId, transition.execution.status, durationMs);
    }
    if (runId === executionId) work.endedRuns.push(executionId);
    noteEnd(work, job, true);
  }
  return lost;
}

/**
 * The claim numbers fence the write, as they do for a single attempt.
 * @returns the jobs that were completed, with the execution of their latest run
 */
function completeJobs({ sql }: Tx, attempts: readonly PlainEnd[]): ReadonlyMap<number, number | null> {
  const rows = sql.all<{ id: number; run_id: number | null }>(
    `UPDATE jobs SET status = 'completed', worker_id = NULL, request = NULL, finished_at = ended.column3, error = NULL
       FROM (${valuesOf(3)}) AS ended
      WHERE jobs.id = ended.column1 AND status = 'processing' AND claims = ended.column2
     RETURNING id, run_id`,
    ...attempts.flatMap(({ attempt }) => [attempt.claimed.job.id, attempt.claimed.claim, attempt.finishedAt]),
  );
  return new Map(rows.map(({ id, run_id }) => [id, run_id]));
}

/** @returns how long the executions were at work that were completed: the running ones of jobs that the worker owned */
function completeExecutions(
  { sql }: Tx,
  attempts: readonly PlainEnd[],
  owned: ReadonlyMap<number, unknown>,
): ReadonlyMap<number, number | null> {
  const rows = sql.all<{ id: number; duration_ms: number | null }>(
    `UPDATE executions SET status = 'completed', version = coalesce(ended.column2, version),
       started_at = CASE WHEN duration_ms IS NULL THEN coalesce(ended.column3, started_at) ELSE started_at END,
       finished_at = ended.column4, duration_ms = coalesce(duration_ms + ended.column13, ended.column5),
       cpu_ms = ${addedTo("cpu_ms", "ended.column6")},
       peak_memory = coalesce(max(peak_memory, coalesce(ended.column7, 0)), ended.column7),
       fetch_count = ${addedTo("fetch_count", "ended.column8")}, fetch_bytes = ${addedTo("fetch_bytes", "ended.column9")},
       log_count = ended.column10, output = CAST(ended.column11 AS TEXT), trace = coalesce(ended.column12, trace)
       FROM (${valuesOf(13)}) AS ended
      WHERE executions.id = ended.column1 AND finished_at IS NULL
     RETURNING id, duration_ms`,
    ...attempts.flatMap((one) => executionEnd(one, owned.has(one.attempt.claimed.job.id))),
  );
  return new Map(rows.map(({ id, duration_ms }) => [id, duration_ms]));
}

function executionEnd({ attempt, transition }: PlainEnd, owned: boolean): SqlValue[] {
  const { claimed, version, startedAt, finishedAt, usage, logsStored } = attempt;
  const { outputJson } = transition.execution;
  return [
    // No execution has the id null.
    owned ? claimed.executionId : null,
    version,
    startedAt,
    finishedAt,
    durationOf(usage, startedAt, finishedAt),
    usage?.cpuMs ?? null,
    usage?.peakMemoryBytes ?? null,
    usage?.fetchCount ?? null,
    usage?.fetchBytes ?? null,
    logsStored,
    outputJson === null ? null : boundText(outputJson),
    attempt.trace ?? null,
    usage?.durationMs ?? 0,
  ];
}

/** A table of {@link CHUNK} rows of parameters; SQLite names their columns column1, column2 and so on. */
function valuesOf(columns: number): string {
  const row = `(${Array(columns).fill("?").join(", ")})`;
  return `VALUES ${Array(CHUNK).fill(row).join(", ")}`;
}
