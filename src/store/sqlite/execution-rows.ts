import type { ResourceUsage } from "../../domain/execution.ts";
import type { ExecutionDetail, ExecutionRecord, ExecutionStatus } from "../../domain/execution-record.ts";
import type { RunRequest, StoredError } from "../../domain/job.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import { boundText } from "./bound-text.ts";
import { briefText } from "./brief-text.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { parseStoredError } from "./job-rows.ts";

/** A row of `executions` as {@link EXECUTION_COLUMNS} gives it. */
export interface ExecutionRow {
  id: number;
  job_id: number | null;
  task_id: number;
  version: string | null;
  attempt: number;
  status: ExecutionStatus;
  worker_id: string;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  duration_ms: number | null;
  queue_wait_ms: number;
  cpu_ms: number | null;
  peak_memory: number | null;
  fetch_count: number | null;
  fetch_bytes: number | null;
  log_count: number;
  error: string | null;
  trace_id: string | null;
  request: RunRequest | null;
}

export const EXECUTION_COLUMNS = `id, job_id, task_id, version, attempt, status, worker_id, created_at, started_at,
  finished_at, duration_ms, queue_wait_ms, cpu_ms, peak_memory, fetch_count, fetch_bytes, log_count, error, trace_id,
  CASE WHEN finished_at IS NULL THEN
    (SELECT request FROM jobs WHERE jobs.id = executions.job_id AND jobs.run_id = executions.id) END AS request`;

/** All columns of an execution, with its input and output if they are brief. */
export function executionDetailColumns({ inlineBytes }: Pick<Sql, "inlineBytes">): string {
  const brief = (column: string) => briefText(column, inlineBytes);
  return `${EXECUTION_COLUMNS}, ${brief("output")} AS output,
    coalesce(${brief("input")}, (SELECT ${brief("input")} FROM job_inputs WHERE job_id = executions.job_id)) AS input`;
}

export function executionFromRow(row: ExecutionRow): ExecutionRecord {
  return {
    id: row.id,
    jobId: row.job_id,
    taskId: row.task_id,
    version: row.version,
    attempt: row.attempt,
    status: row.status,
    traceId: row.trace_id,
    workerId: row.worker_id,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    durationMs: row.duration_ms,
    queueWaitMs: row.queue_wait_ms,
    cpuMs: row.cpu_ms,
    peakMemoryBytes: row.peak_memory,
    fetchCount: row.fetch_count,
    fetchBytes: row.fetch_bytes,
    logCount: row.log_count,
    error: parseStoredError(row.error),
    request: row.request,
  };
}

/** A row of `executions` as {@link executionDetailColumns} gives it. Long texts are {@link UNREAD}. */
export interface ExecutionDetailRow extends ExecutionRow {
  input: string;
  output: string | null;
}

export function executionDetailFromRow(row: ExecutionDetailRow): ExecutionDetail {
  return { ...executionFromRow(row), inputJson: row.input, outputJson: row.output };
}

/** How an execution ended. */
export interface ExecutionEnd {
  status: "completed" | "failed" | "cancelled";
  version: string | null;
  startedAt: number | null;
  finishedAt: number;
  usage: ResourceUsage | null;
  error: StoredError | null;
  outputJson: ShareableText | null;
  /** Number of console lines. */
  logCount: number;
  /** @default that of its start */
  trace?: string | undefined;
}

/** How long an execution took, ms: the measured time of its program, or else the time by the clock. */
export function durationOf(usage: ResourceUsage | null, startedAt: number | null, finishedAt: number): number | null {
  return usage?.durationMs ?? (startedAt === null ? null : Math.max(0, finishedAt - startedAt));
}

/** SQL that adds a value to a column that is null before a run sleeps for the first time. */
export function addedTo(column: string, value: string): string {
  return `coalesce(${column} + coalesce(${value}, 0), ${value})`;
}

/**
 * Ends an execution. What it has used is added to what it had used before it slept.
 * @returns how long it was at work in total, ms, or null if that is not known; undefined if it had ended before: then
 * nothing changes
 */
export function endExecution(
  tx: Tx,
  id: number,
  taskId: number,
  { from = "running", ...end }: ExecutionEnd & { from?: ExecutionStatus },
): number | null | undefined {
  const { usage } = end;
  const ended = tx.sql.get<{ duration_ms: number | null }>(
    `UPDATE executions SET status = ?1, version = coalesce(?2, version),
       started_at = CASE WHEN duration_ms IS NULL THEN coalesce(?3, started_at) ELSE started_at END, finished_at = ?4,
       duration_ms = coalesce(duration_ms + ?6, ?5), cpu_ms = ${addedTo("cpu_ms", "?7")},
       peak_memory = coalesce(max(peak_memory, coalesce(?8, 0)), ?8), fetch_count = ${addedTo("fetch_count", "?9")},
       fetch_bytes = ${addedTo("fetch_bytes", "?10")}, log_count = ?11, error = ?12, output = CAST(?13 AS TEXT),
       trace = coalesce(?14, trace)
     WHERE id = ?15 AND finished_at IS NULL RETURNING duration_ms`,
    end.status,
    end.version,
    end.startedAt,
    end.finishedAt,
    durationOf(usage, end.startedAt, end.finishedAt),
    usage?.durationMs ?? 0,
    usage?.cpuMs ?? null,
    usage?.peakMemoryBytes ?? null,
    usage?.fetchCount ?? null,
    usage?.fetchBytes ?? null,
    end.logCount,
    end.error === null ? null : JSON.stringify(end.error),
    end.outputJson === null ? null : boundText(end.outputJson),
    end.trace ?? null,
    id,
  );
  if (ended === undefined) return undefined;
  tx.counters.endExecution(taskId, end.status, ended.duration_ms, from);
  return ended.duration_ms;
}

/** An execution that was ended by something other than its worker. */
export interface AbandonedExecution {
  id: number;
  attempt: number;
  durationMs: number | null;
}

/** Ends the unfinished execution of a job that is taken from its worker or cancelled while it sleeps. */
export function abandonExecution(
  tx: Tx,
  job: { id: number; task_id: number },
  status: "failed" | "cancelled",
  error: StoredError,
): AbandonedExecution | null {
  const row = tx.sql.get<{
    id: number;
    attempt: number;
    status: ExecutionStatus;
    started_at: number | null;
    log_count: number;
  }>(
    `SELECT id, attempt, status, started_at, log_count FROM executions INDEXED BY executions_job
      WHERE job_id = ? AND job_id IS NOT NULL AND finished_at IS NULL`,
    job.id,
  );
  if (row === undefined) return null;
  const end = { version: null, startedAt: row.started_at, finishedAt: tx.now, usage: null, outputJson: null };
  const durationMs = endExecution(tx, row.id, job.task_id, {
    ...end,
    status,
    error,
    logCount: row.log_count,
    from: row.status,
  });
  return { id: row.id, attempt: row.attempt, durationMs: durationMs ?? null };
}
