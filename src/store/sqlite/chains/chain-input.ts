import type { Sql } from "../connection.ts";

/** Largest input that is made of outputs, bytes. */
export const CHAIN_INPUT_BYTES = 16 * 1024 * 1024;

interface Ended {
  id: number;
  status: string;
  error: string | null;
  execution_id: number | null;
  size: number | null;
}

/**
 * Returns the input of a job that starts after others: `{"jobs": [{"id", "status", "output", "error"}]}`, in the order in which they were
 * named.
 * @returns undefined if it would be too large
 */
export function chainInput(sql: Sql, jobId: number): string | undefined {
  const ended = sql.all<Ended>(
    `SELECT after_id AS id, job_after.status AS status, jobs.error AS error, e.id AS execution_id,
       octet_length(e.output) AS size
       FROM job_after LEFT JOIN jobs ON jobs.id = after_id
       LEFT JOIN executions e ON jobs.status = 'completed' AND e.id =
         (SELECT max(id) FROM executions WHERE executions.job_id = jobs.id AND executions.job_id IS NOT NULL)
      WHERE job_after.job_id = ? ORDER BY place`,
    jobId,
  );
  const bytes = ended.reduce((sum, { size, error }) => sum + (size ?? 0) + (error?.length ?? 0) + 100, 0);
  if (bytes > CHAIN_INPUT_BYTES) return undefined;
  const jobs = ended.map(({ id, status, error, execution_id: executionId }) => {
    const output = status === "completed" && executionId !== null ? readOutput(sql, executionId) : undefined;
    return `{"id":${id},"status":${JSON.stringify(status)},"output":${output ?? "null"},"error":${shownError(status, error)}}`;
  });
  return `{"jobs":[${jobs.join(",")}]}`;
}

function readOutput(sql: Sql, executionId: number): string | undefined {
  return (
    sql.get<{ output: string | null }>("SELECT output FROM executions WHERE id = ?", executionId)?.output ?? undefined
  );
}

/** A job that completed may have an error of an earlier attempt. */
function shownError(status: string, error: string | null): string {
  return status === "completed" || error === null ? "null" : error;
}
