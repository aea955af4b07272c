import type { KeptSignal } from "../../contract/runs.ts";
import type { Sql } from "../connection.ts";

/** The most kept signals that are read at once. */
const MOST_READ = 100;

/** Signals of a name that no wait has taken yet, oldest first. @param after id of the last one that was read */
export function keptSignals(
  sql: Sql,
  jobId: number,
  name: string,
  { limit = MOST_READ, after = 0 }: { limit?: number; after?: number } = {},
): KeptSignal[] {
  return sql.all<KeptSignal>(
    `SELECT id, text FROM run_signals INDEXED BY run_signals_kept
      WHERE job_id = ? AND name = ? AND state = 'kept' AND id > ? ORDER BY id LIMIT ?`,
    jobId,
    name,
    after,
    limit,
  );
}
