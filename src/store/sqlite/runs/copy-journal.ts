import type { Tx } from "../group-commit.ts";
import { STATES } from "./operation-rows.ts";

/** The execution that goes on over a journal. */
interface Heir {
  executionId: number;
  jobId: number;
}

/**
 * Begins a run over the journal of an earlier execution. It has what was completed and not undone since; what failed is done
 * again.
 */
export function copyJournal({ sql }: Tx, from: number, { executionId, jobId }: Heir): void {
  const { changes } = sql.run(
    `INSERT INTO runs (execution_id, job_id, run_key, seed, results)
     SELECT ?, ?, run_key, seed, results FROM runs WHERE execution_id = ?`,
    executionId,
    jobId,
    from,
  );
  if (changes === 0) return;
  sql.run(
    `INSERT INTO run_operations (execution_id, number, kind, state, position, attempts, due_at, child_job_id, detached,
       source_id, created_at, settled_at, name, label, key, request, result)
     SELECT ?1, number, kind, state, position, attempts, due_at, child_job_id, detached, coalesce(source_id, execution_id),
       created_at, settled_at, name, label, key, request, result
       FROM run_operations
      WHERE execution_id = ?2 AND state = ${STATES.completed} AND undoes IS NULL AND number NOT IN (
        SELECT undoes FROM run_operations
         WHERE execution_id = ?2 AND state = ${STATES.completed} AND undoes IS NOT NULL)`,
    executionId,
    from,
  );
  sql.run(
    `INSERT INTO run_readings (execution_id, message, text)
     SELECT ?, message, text FROM run_readings WHERE execution_id = ?`,
    executionId,
    from,
  );
  sql.run(
    `UPDATE runs SET (operations, bytes) = (
       SELECT coalesce(max(number), 0), coalesce(sum(octet_length(request) + octet_length(result)), 0)
         FROM run_operations WHERE execution_id = ?1) WHERE execution_id = ?1`,
    executionId,
  );
  sql.run("UPDATE jobs SET run_id = ? WHERE id = ?", executionId, jobId);
}
