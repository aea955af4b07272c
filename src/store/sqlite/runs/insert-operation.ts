import type { NewOperation } from "../../contract/runs.ts";
import type { CarriedRun } from "./carried-run.ts";
import { KINDS, STATES } from "./operation-rows.ts";

/** Adds an open operation to the journal. @returns false if there is one with its number */
export function insertOperation(
  { work, executionId }: CarriedRun,
  operation: NewOperation,
  attempts: number,
  childJobId: number | null = null,
): boolean {
  const { number, kind, name, label, request, dueAt, undoes, key, detached = false } = operation;
  const { changes } = work.tx.sql.run(
    `INSERT OR IGNORE INTO run_operations (execution_id, number, kind, state, attempts, due_at, child_job_id, detached, undoes,
       created_at, name, label, key, request)
     VALUES (?, ?, ?, ${STATES.open}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    executionId,
    number,
    KINDS[kind],
    attempts,
    dueAt,
    childJobId,
    detached ? 1 : 0,
    undoes,
    work.tx.now,
    name,
    label,
    key ?? null,
    request,
  );
  if (changes === 0) return false;
  const counts = work.counts(executionId);
  if (counts !== undefined) {
    counts.operations = Math.max(counts.operations, number);
    counts.bytes += Buffer.byteLength(request);
  }
  return true;
}
