import type { FinishedAttempt } from "../contract/jobs.ts";
import type { Transition } from "../policy/attempt-transition.ts";
import { boundText } from "./bound-text.ts";
import { addToCancelled } from "./cancelled-attempt.ts";
import type { SqlValue } from "./connection.ts";
import { insertLedger } from "./execution-ledgers.ts";
import { insertRecording } from "./execution-recordings.ts";
import { durationOf } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { applyTransition, decideTransition, recordTransition } from "./job-finish.ts";

/** Attempts ended by one pair of statements: each statement of its own costs nearly as much again as what it writes. */
const CHUNK = 32;

/**
 * Stores the results of attempts. Those that merely completed, as most do, are written many at a time.
 * @returns the jobs that the worker no longer owned
 */
export function finishAttempts(tx: Tx, attempts: readonly FinishedAttempt[], missingWaitMs: number): number[] {
  const lost: number[] = [];
  let plain: PlainAttempt[] = [];
  for (const attempt of attempts) {
    const transition = decideTransition(tx, attempt, missingWaitMs);
    if (transition !== undefined && isPlain(attempt, transition)) {
      plain.push({ attempt, transition });
      if (plain.length < CHUNK) continue;
      lost.push(...completeChunk(tx, plain));
      plain = [];
    } else if (!finishOne(tx, attempt, transition)) lost.push(attempt.claimed.job.id);
  }
  for (const { attempt, transition } of plain) {
    if (!applyTransition(tx, attempt, transition)) lost.push(attempt.claimed.job.id);
  }
  return lost;
}

/** @returns whether the worker still owned the job */
function finishOne(tx: Tx, attempt: FinishedAttempt, transition: Transition | undefined): boolean {
  return transition === undefined ? addToCancelled(tx, attempt) : applyTransition(tx, attempt, transition);
}

/** A completed attempt that leaves nothing but its output. */
interface PlainAttempt {
  attempt: FinishedAttempt;
  transition: Transition;
}

function isPlain({ logs, progress, claimed }: FinishedAttempt, { status }: Transition): boolean {
  return status === "completed" && logs.length === 0 && progress === null && claimed.job.scheduleId === null;
}

/** @returns the jobs that the worker no longer owned */
function completeChunk(tx: Tx, attempts: readonly PlainAttempt[]): number[] {
  const owned = completeJobs(tx, attempts);
  if (owned.size === 0) return attempts.map(({ attempt }) => attempt.claimed.job.id);
  const ended = completeExecutions(tx, attempts, owned);
  const lost: number[] = [];
  for (const { attempt, transition } of attempts) {
    const { job, executionId } = attempt.claimed;
    if (!owned.has(job.id)) {
      lost.push(job.id);
      continue;
    }
    recordTransition(tx, attempt, transition);
    if (!ended.has(executionId)) continue;
    insertLedger(tx.sql, executionId, attempt.touched);
    insertRecording(tx, executionId, attempt.recording);
    const durationMs = durationOf(attempt.usage, attempt.startedAt, attempt.finishedAt);
    tx.counters.endExecution(job.taskId, transition.execution.status, durationMs);
  }
  return lost;
}

/** The claim numbers fence the write, as they do for a single attempt. @returns the jobs that were completed */
function completeJobs({ sql }: Tx, attempts: readonly PlainAttempt[]): ReadonlySet<number> {
  const rows = sql.all<{ id: number }>(
    `UPDATE jobs SET status = 'completed', worker_id = NULL, finished_at = ended.column3, error = NULL
       FROM (${valuesOf(3)}) AS ended
      WHERE jobs.id = ended.column1 AND status = 'processing' AND claims = ended.column2
     RETURNING id`,
    ...attempts.flatMap(({ attempt }) => [attempt.claimed.job.id, attempt.claimed.claim, attempt.finishedAt]),
  );
  return new Set(rows.map(({ id }) => id));
}

/** @returns the executions that were completed: the running ones of those whose jobs the worker owned */
function completeExecutions(
  { sql }: Tx,
  attempts: readonly PlainAttempt[],
  owned: ReadonlySet<number>,
): ReadonlySet<number> {
  const rows = sql.all<{ id: number }>(
    `UPDATE executions SET status = 'completed', version = coalesce(ended.column2, version),
       started_at = coalesce(ended.column3, started_at), finished_at = ended.column4, duration_ms = ended.column5,
       cpu_ms = ended.column6, peak_memory = ended.column7, fetch_count = ended.column8, fetch_bytes = ended.column9,
       log_count = ended.column10, output = CAST(ended.column11 AS TEXT), trace = coalesce(ended.column12, trace)
       FROM (${valuesOf(12)}) AS ended
      WHERE executions.id = ended.column1 AND (status = 'running' OR status = 'pending')
     RETURNING id`,
    ...attempts.flatMap((one) => executionEnd(one, owned.has(one.attempt.claimed.job.id))),
  );
  return new Set(rows.map(({ id }) => id));
}

function executionEnd({ attempt, transition }: PlainAttempt, owned: boolean): SqlValue[] {
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
  ];
}

/** A table of {@link CHUNK} rows of parameters; SQLite names their columns column1, column2 and so on. */
function valuesOf(columns: number): string {
  const row = `(${Array(columns).fill("?").join(", ")})`;
  return `VALUES ${Array(CHUNK).fill(row).join(", ")}`;
}
