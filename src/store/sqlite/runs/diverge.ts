import { KEPT_NUMBERS } from "../../contract/runs.ts";
import type { CarriedRun } from "./carried-run.ts";
import { OPEN_COLUMNS, type OpenOperation, withdraw } from "./finish-work.ts";
import { STATES } from "./operation-rows.ts";

/** What a fork keeps has higher numbers. Steps of a workflow are found by their labels, whatever the order. */
const NO_LONGER_HOLDS = `(number < ${KEPT_NUMBERS} OR (label IS NULL AND number % ${KEPT_NUMBERS} >= ?))`;

/**
 * Deletes the operations from a number on, and what was read from a message on. What open ones have started is cancelled, and
 * the signals that they have taken are kept again.
 */
export function diverge(
  { work, executionId, jobId }: CarriedRun,
  { from, message }: { from: number; message: number },
): void {
  const { sql } = work.tx;
  const open = sql.all<OpenOperation>(
    `UPDATE run_operations SET state = ${STATES.cancelled}, settled_at = ?
      WHERE execution_id = ? AND number >= ? AND state = ${STATES.open} RETURNING ${OPEN_COLUMNS}`,
    work.tx.now,
    executionId,
    from,
  );
  for (const operation of open) withdraw(work, executionId, operation);
  // Other operations get these numbers: what the earlier ones have started does not belong to them.
  sql.run(
    `UPDATE jobs SET parent = NULL, parent_number = NULL, parent_item = NULL
      WHERE parent = ? AND parent IS NOT NULL AND parent_number >= ? AND parent_number < ${KEPT_NUMBERS}`,
    executionId,
    from,
  );
  sql.run(
    `UPDATE run_signals SET state = 'kept', execution_id = NULL, number = NULL, settled_at = NULL
      WHERE job_id = ? AND execution_id = ? AND number >= ? AND state = 'taken'`,
    jobId,
    executionId,
    from,
  );
  const gone = sql.get<{ bytes: number | null }>(
    `SELECT sum(octet_length(request) + coalesce(octet_length(result), 0)) AS bytes FROM run_operations
      WHERE execution_id = ? AND number >= ? AND ${NO_LONGER_HOLDS}`,
    executionId,
    from,
    from,
  );
  sql.run(
    `DELETE FROM run_operations WHERE execution_id = ? AND number >= ? AND ${NO_LONGER_HOLDS}`,
    executionId,
    from,
    from,
  );
  sql.run("DELETE FROM run_readings WHERE execution_id = ? AND message >= ?", executionId, message);
  const counts = work.counts(executionId);
  if (counts === undefined) return;
  counts.operations = Math.min(counts.operations, from - 1);
  counts.bytes -= gone?.bytes ?? 0;
}
