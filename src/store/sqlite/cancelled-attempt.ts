import type { FinishedAttempt } from "../contract/jobs.ts";
import { insertLogs } from "./execution-rows.ts";
import type { Tx } from "./writer.ts";

/**
 * Adds what an attempt had logged and used to its execution, which was ended when the job was cancelled. Nothing else of
 * it counts: the job may run again by now, in another execution.
 * @returns false when it is not there any more, or has it already
 */
export function addToCancelled(tx: Tx, attempt: FinishedAttempt): boolean {
  const { usage, logs, logsStored } = attempt;
  const { executionId } = attempt.claimed;
  const { changes } = tx.sql.run(
    `UPDATE executions SET version = coalesce(version, ?), cpu_ms = ?, peak_memory = ?, fetch_count = ?, fetch_bytes = ?,
       log_count = ?
     WHERE id = ? AND status = 'cancelled' AND cpu_ms IS NULL`,
    attempt.version,
    usage?.cpuMs ?? null,
    usage?.peakMemoryBytes ?? null,
    usage?.fetchCount ?? null,
    usage?.fetchBytes ?? null,
    logsStored + logs.length,
    executionId,
  );
  if (changes === 0) return false;
  insertLogs(tx.sql, executionId, logsStored, logs);
  return true;
}
