import type { FinishedAttempt } from "../contract/jobs.ts";
import { insertLedger } from "./execution-ledgers.ts";
import type { Tx } from "./group-commit.ts";
import { insertLogs } from "./log-rows.ts";

/**
 * Adds the console lines, the usage and the ledger of an attempt to its execution, which ended when the job was cancelled. Nothing
 * else of the attempt counts: the job may already run again, in another execution.
 * @returns false if the execution is gone, or already has them
 */
export function addToCancelled(tx: Tx, attempt: FinishedAttempt): boolean {
  const { usage, logs, logsStored } = attempt;
  const { executionId, job } = attempt.claimed;
  const { changes } = tx.sql.run(
    `UPDATE executions SET version = coalesce(version, ?), cpu_ms = ?, peak_memory = ?, fetch_count = ?, fetch_bytes = ?,
       log_count = ?, trace = coalesce(?, trace)
     WHERE id = ? AND status = 'cancelled' AND cpu_ms IS NULL`,
    attempt.version,
    usage?.cpuMs ?? null,
    usage?.peakMemoryBytes ?? null,
    usage?.fetchCount ?? null,
    usage?.fetchBytes ?? null,
    logsStored + logs.length,
    attempt.trace ?? null,
    executionId,
  );
  if (changes === 0) return false;
  insertLogs(tx, { executionId, taskId: job.taskId, first: logsStored }, logs);
  insertLedger(tx.sql, executionId, attempt.touched);
  return true;
}
