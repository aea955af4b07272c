import type { Sql } from "../connection.ts";

/** No run is looked for above so many. */
const DEEPEST = 100;

/** Returns within how many calls a run is: 0 for one that no run has started, or that is detached from its caller. */
export function callDepth(sql: Sql, executionId: number): number {
  const found = sql.get<{ depth: number }>(
    `WITH RECURSIVE callers (execution_id, depth) AS (
       SELECT ?, 0
       UNION ALL
       SELECT j.parent, c.depth + 1 FROM callers c
         JOIN executions e ON e.id = c.execution_id JOIN jobs j ON j.id = e.job_id
        WHERE j.parent IS NOT NULL AND c.depth < ${DEEPEST} AND NOT EXISTS (
          SELECT 1 FROM run_operations o
           WHERE o.execution_id = j.parent AND o.number = j.parent_number AND o.detached = 1))
     SELECT max(depth) AS depth FROM callers`,
    executionId,
  );
  return found?.depth ?? 0;
}
