import type { FinishedAttempt } from "../contract/jobs.ts";
import type { SqlValue } from "./connection.ts";
import { durationOf } from "./execution-rows.ts";
import { finishAttempt, recordEnd } from "./job-finish.ts";
import type { Tx } from "./writer.ts";

/** Attempts ended by one pair of statements: each statement of its own costs nearly as much again as what it writes. */
const CHUNK = 32;

/**
 * Stores what became of attempts, as {@link finishAttempt} does with each. Those that merely completed, as most do, are
 * written many at a time.
 * @returns the jobs that the worker no longer held
 */
export function finishAttempts(tx: Tx, attempts: readonly FinishedAttempt[], missingWaitMs: number): number[] {
  const lost: number[] = [];
  let plain: PlainAttempt[] = [];
  const finishEach = (rest: readonly FinishedAttempt[]) => {
    for (const attempt of rest) {
      if (!finishAttempt(tx, attempt, missingWaitMs)) lost.push(attempt.claimed.job.id);
    }
  };
  for (const attempt of attempts) {
    if (!isPlain(attempt)) {
      finishEach([attempt]);
      continue;
    }
    plain.push(attempt);
    if (plain.length < CHUNK) continue;
    lost.push(...completeChunk(tx, plain));
    plain = [];
  }
  finishEach(plain);
  return lost;
}

/** A completed attempt that leaves nothing but its output. */
interface PlainAttempt extends FinishedAttempt {
  result: { kind: "completed"; outputJson: string };
}

function isPlain(attempt: FinishedAttempt): attempt is PlainAttempt {
  const { result, logs, progress, claimed } = attempt;
  return result.kind === "completed" && logs.length === 0 && progress === null && claimed.job.scheduleId === null;
}

/** @returns the jobs that the worker no longer held */
function completeChunk(tx: Tx, attempts: readonly PlainAttempt[]): number[] {
  const held = completeJobs(tx, attempts);
  if (held.size === 0) return attempts.map(({ claimed }) => claimed.job.id);
  const ended = completeExecutions(tx, attempts, held);
  const lost: number[] = [];
  for (const attempt of attempts) {
    const { job, executionId } = attempt.claimed;
    if (!held.has(job.id)) {
      lost.push(job.id);
      continue;
    }
    recordEnd(tx, attempt, "completed", null, "completed");
    if (!ended.has(executionId)) continue;
    const durationMs = durationOf(attempt.usage, attempt.startedAt, attempt.finishedAt);
    tx.counters.move("execution", job.taskId, "running", "completed", durationMs ?? 0);
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
    ...attempts.flatMap(({ claimed, finishedAt }) => [claimed.job.id, claimed.claim, finishedAt]),
  );
  return new Set(rows.map(({ id }) => id));
}

/** @returns the executions that were completed: the running ones of those whose jobs are `held` */
function completeExecutions(
  { sql }: Tx,
  attempts: readonly PlainAttempt[],
  held: ReadonlySet<number>,
): ReadonlySet<number> {
  const rows = sql.all<{ id: number }>(
    `UPDATE executions SET status = 'completed', version = coalesce(ended.column2, version),
       started_at = coalesce(ended.column3, started_at), finished_at = ended.column4, duration_ms = ended.column5,
       cpu_ms = ended.column6, peak_memory = ended.column7, fetch_count = ended.column8, fetch_bytes = ended.column9,
       log_count = ended.column10, output = ended.column11
       FROM (${valuesOf(11)}) AS ended
      WHERE executions.id = ended.column1 AND (status = 'running' OR status = 'pending')
     RETURNING id`,
    ...attempts.flatMap((attempt) => executionEnd(attempt, held.has(attempt.claimed.job.id))),
  );
  return new Set(rows.map(({ id }) => id));
}

function executionEnd(attempt: PlainAttempt, held: boolean): SqlValue[] {
  const { claimed, version, startedAt, finishedAt, usage, logsStored, result } = attempt;
  return [
    // No execution has the id null.
    held ? claimed.executionId : null,
    version,
    startedAt,
    finishedAt,
    durationOf(usage, startedAt, finishedAt),
    usage?.cpuMs ?? null,
    usage?.peakMemoryBytes ?? null,
    usage?.fetchCount ?? null,
    usage?.fetchBytes ?? null,
    logsStored,
    result.outputJson,
  ];
}

/** A table of {@link CHUNK} rows of parameters; SQLite names their columns column1, column2 and so on. */
function valuesOf(columns: number): string {
  const row = `(${Array(columns).fill("?").join(", ")})`;
  return `VALUES ${Array(CHUNK).fill(row).join(", ")}`;
}
