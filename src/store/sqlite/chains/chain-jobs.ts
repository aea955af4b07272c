import type { NewJob } from "../../../domain/job.ts";
import { noJob } from "../../../domain/not-found.ts";
import type { Tx } from "../group-commit.ts";

/**
 * Lets a new job wait for others.
 * @param batch the jobs before it in its request
 * @throws {RatchetError} JOB_NOT_FOUND if one was deleted
 */
export function chainJob(
  { sql, now }: Pick<Tx, "sql" | "now">,
  id: number,
  { after, runAt }: NewJob,
  batch: readonly number[],
): void {
  if (after === undefined) return;
  const ids = after.jobs === "batch" ? batch : after.jobs;
  sql.run(
    "INSERT INTO job_chains (job_id, condition, run_at, gives_input, remaining) VALUES (?, ?, ?, ?, 0)",
    id,
    after.when,
    runAt ?? now,
    after.givesInput ? 1 : 0,
  );
  sql.run(
    `INSERT INTO job_after (job_id, place, after_id, status)
     SELECT ?, key, value, CASE WHEN finished_at IS NULL THEN NULL ELSE status END
       FROM json_each(?) JOIN jobs ON jobs.id = value`,
    id,
    JSON.stringify(ids),
  );
  const { known, remaining } = sql.get<{ known: number; remaining: number }>(
    "SELECT count(*) AS known, count(*) FILTER (WHERE status IS NULL) AS remaining FROM job_after WHERE job_id = ?",
    id,
  ) ?? { known: 0, remaining: 0 };
  if (known < ids.length) throw noJob(firstMissing({ sql }, ids));
  sql.run("UPDATE job_chains SET remaining = ? WHERE job_id = ?", remaining, id);
}

function firstMissing({ sql }: Pick<Tx, "sql">, ids: readonly number[]): number {
  const row = sql.get<{ id: number }>(
    "SELECT value AS id FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = value) LIMIT 1",
    JSON.stringify(ids),
  );
  return row?.id ?? 0;
}
