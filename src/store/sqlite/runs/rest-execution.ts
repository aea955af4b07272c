import type { StoredError } from "../../../domain/job.ts";
import type { FinishedAttempt } from "../../contract/jobs.ts";
import { insertLedger } from "../execution-ledgers.ts";
import { insertRecording } from "../execution-recordings.ts";
import type { Tx } from "../group-commit.ts";
import { insertLogs } from "../log-rows.ts";

/** How an execution rests that goes on later. */
export interface Rest {
  status: "sleeping" | "paused" | "needs_attention";
  error?: StoredError;
}

/** Lets a running execution rest. Usage is added to that of earlier attempts of the same execution. */
export function restExecution(tx: Tx, attempt: FinishedAttempt, { status, error }: Rest): void {
  const { claimed, usage, version, startedAt, logs, logsStored, trace } = attempt;
  const { executionId, job } = claimed;
  insertLogs(tx, { executionId, taskId: job.taskId, first: logsStored }, logs);
  const { changes } = tx.sql.run(
    `UPDATE executions SET status = ?, version = coalesce(version, ?),
       started_at = CASE WHEN duration_ms IS NULL THEN coalesce(?, started_at) ELSE started_at END,
       duration_ms = coalesce(duration_ms, 0) + ?, cpu_ms = coalesce(cpu_ms, 0) + ?,
       peak_memory = max(coalesce(peak_memory, 0), ?), fetch_count = coalesce(fetch_count, 0) + ?,
       fetch_bytes = coalesce(fetch_bytes, 0) + ?, log_count = ?, error = ?, trace = coalesce(?, trace)
     WHERE id = ? AND status = 'running'`,
    status,
    version,
    startedAt,
    usage?.durationMs ?? 0,
    usage?.cpuMs ?? 0,
    usage?.peakMemoryBytes ?? 0,
    usage?.fetchCount ?? 0,
    usage?.fetchBytes ?? 0,
    logsStored + logs.length,
    error === undefined ? null : JSON.stringify(error),
    trace ?? null,
    executionId,
  );
  if (changes === 0) return;
  tx.counters.moveExecution(job.taskId, "running", status);
  insertLedger(tx.sql, executionId, attempt.touched);
  insertRecording(tx, executionId, attempt.recording);
}
