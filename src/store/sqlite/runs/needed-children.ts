/**
 * SQL that says whether a run may still need the output of a row of `jobs` that it has started: the run itself, or one that
 * goes on over its journal. No run does after it has begun again, and none needs a detached child.
 */
export const IS_NEEDED_BY_RUN = `(parent IS NOT NULL AND EXISTS (
    SELECT 1 FROM executions e WHERE e.id = jobs.parent AND NOT EXISTS (
      SELECT 1 FROM executions r
       WHERE r.job_id = e.job_id AND r.job_id IS NOT NULL AND r.id >= e.id AND r.status = 'completed' AND r.input IS NOT NULL))
  AND NOT EXISTS (SELECT 1 FROM run_operations o
    WHERE o.execution_id = jobs.parent AND o.number = jobs.parent_number AND o.detached = 1))`;
