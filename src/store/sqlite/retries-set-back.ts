import { ENDED_STATUSES } from "../../domain/execution-record.ts";
import { GATES } from "../policy/gates.ts";
import type { Tx } from "./group-commit.ts";

/** If an execution ended this much later than now, the clock has been set back since, ms. */
const SLACK_MS = 1_000;

/**
 * Moves retries after the clock was set back. The backoff counts from the end of an attempt. After a clock was set back
 * by an hour, that end is in the future and the retry an hour too late, so the backoff counts from now instead. Times
 * that users chose do not change. Each job is moved once, because it is due before that end afterwards.
 */
export function moveRetriesSetBack(tx: Tx): void {
  // By the indexes of those that have ended: any number of later ones may be asleep.
  const latest = ENDED_STATUSES.map(
    (status) => `SELECT max(id) FROM executions INDEXED BY executions_${status} WHERE status = '${status}'`,
  );
  const last = tx.sql.get<{ ended: number | null }>(
    `SELECT finished_at AS ended FROM executions WHERE id IN (${latest.join(" UNION ALL ")}) ORDER BY id DESC LIMIT 1`,
  );
  if ((last?.ended ?? 0) <= tx.now + SLACK_MS) return;
  tx.sql.run(
    `UPDATE jobs SET run_at = ?1 + run_at - ended.at, rank = rank + ?1 - ended.at
       FROM (SELECT jobs.id AS job_id, max(executions.finished_at) AS at
               FROM jobs INDEXED BY jobs_retrying
               JOIN executions INDEXED BY executions_job ON job_id = jobs.id AND job_id IS NOT NULL
              WHERE jobs.status = 'retrying' GROUP BY jobs.id) AS ended
      WHERE jobs.id = ended.job_id AND gate = ${GATES.later} AND ended.at > ?1 + ${SLACK_MS} AND run_at >= ended.at`,
    tx.now,
  );
}
