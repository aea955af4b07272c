import { GATES } from "../../policy/gates.ts";
import { rankOf } from "../../policy/rank.ts";
import type { Tx } from "../group-commit.ts";

/** Lets the job of a sleeping run be claimed. */
export function makeReady(
  { sql, now }: Tx,
  { id, priority, gate }: { id: number; priority: number; gate: number | null },
): void {
  if (gate === GATES.ready || gate === GATES.parked) return;
  sql.run(`UPDATE jobs SET gate = ${GATES.ready}, run_at = ?, rank = ? WHERE id = ?`, now, rankOf(now, priority), id);
}

/** The same for a job that may not sleep. */
export function wakeJob(tx: Tx, jobId: number): void {
  const row = tx.sql.get<{ id: number; priority: number; gate: number | null }>(
    "SELECT id, priority, gate FROM jobs WHERE id = ? AND status = 'sleeping'",
    jobId,
  );
  if (row !== undefined) makeReady(tx, row);
}
