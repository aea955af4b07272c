import type { ResourceUsage } from "../../domain/execution.ts";
import type { ExecutionDetail, ExecutionRecord, ExecutionStatus } from "../../domain/execution-record.ts";
import type { StoredError } from "../../domain/job.ts";
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
}

export const EXECUTION_COLUMNS = `id, job_id, task_id, version, attempt, status, worker_id, created_at, started_at,
  finished_at, duration_ms, queue_wait_ms, cpu_ms, peak_memory, fetch_count, fetch_bytes, log_count, error, trace_id`;

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

/** Ends a running execution. @returns false if it had already ended: then nothing changes */
export function endExecution(tx: Tx, id: number, taskId: number, end: ExecutionEnd): boolean {
  const { usage } = end;
  const durationMs = durationOf(usage, end.startedAt, end.finishedAt);
  const { changes } = tx.sql.run(
    `UPDATE executions SET status = ?, version = coalesce(?, version), started_at = coalesce(?, started_at),
       finished_at = ?, duration_ms = ?, cpu_ms = ?, peak_memory = ?, fetch_count = ?, fetch_bytes = ?, log_count = ?,
       error = ?, output = CAST(? AS TEXT), trace = coalesce(?, trace)
     WHERE id = ? AND status IN ('pending', 'running')`,
    end.status,
    end.version,
    end.startedAt,
    end.finishedAt,
    durationMs,
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
  if (changes === 0) return false;
  tx.counters.endExecution(taskId, end.status, durationMs);
  return true;
}

/** An execution that was ended by something other than its worker. */
export interface AbandonedExecution {
  id: number;
  attempt: number;
  durationMs: number | null;
}

/** Ends the running execution of a job that is taken from its worker. */
export function abandonExecution(
  tx: Tx,
  job: { id: number; task_id: number },
  status: "failed" | "cancelled",
  error: StoredError,
): AbandonedExecution | null {
  const row = tx.sql.get<{ id: number; attempt: number; started_at: number | null; log_count: number }>(
    `SELECT id, attempt, started_at, log_count FROM executions INDEXED BY executions_job
      WHERE job_id = ? AND job_id IS NOT NULL AND finished_at IS NULL`,
    job.id,
  );
  if (row === undefined) return null;
  const end = { version: null, startedAt: row.started_at, finishedAt: tx.now, usage: null, outputJson: null };
  endExecution(tx, row.id, job.task_id, { ...end, status, error, logCount: row.log_count });
  return { id: row.id, attempt: row.attempt, durationMs: durationOf(null, row.started_at, tx.now) };
}
