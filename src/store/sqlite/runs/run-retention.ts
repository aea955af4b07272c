import type { RetentionPolicy } from "../../contract/retention.ts";
import type { Tx } from "../group-commit.ts";
import { deleteExecutions } from "../job-delete.ts";

/**
 * Deletes executions whose run began again long ago, with their journals, so that a job without end does not grow.
 * @returns how many
 */
export function deleteRenewed(tx: Tx, { completed }: RetentionPolicy["jobs"], limit: number): number {
  if (completed?.maxAgeMs === undefined) return 0;
  const rows = tx.sql.all<{ id: number }>(
    `SELECT id FROM executions INDEXED BY executions_renewed
      WHERE job_id IS NOT NULL AND input IS NOT NULL AND finished_at < ? ORDER BY id LIMIT ?`,
    tx.now - completed.maxAgeMs,
    limit,
  );
  for (const { id } of rows) deleteExecutions(tx, "id = ?", id);
  return rows.length;
}
