import { GATES } from "../policy/gates.ts";
import type { Sql } from "./connection.ts";
import { RUN_INVARIANTS } from "./runs/run-invariants.ts";

/** What must hold in every database at every commit, with a query that finds violations. */
const INVARIANTS: readonly { rule: string; query: string }[] = [
  {
    // One whose run began again has the input that it had.
    rule: "a completed job has exactly one completed execution that did not begin again",
    query: `SELECT id FROM jobs WHERE status = 'completed' AND
      (SELECT count(*) FROM executions
        WHERE job_id = jobs.id AND job_id IS NOT NULL AND status = 'completed' AND input IS NULL) <> 1`,
  },
  {
    rule: "a job that is not completed has no completed execution",
    query: `SELECT job_id AS id FROM executions JOIN jobs ON jobs.id = executions.job_id
      WHERE executions.status = 'completed' AND executions.input IS NULL AND jobs.status <> 'completed'`,
  },
  {
    rule: "a job has one running execution while it is processing, and otherwise no running execution",
    query: `SELECT id FROM jobs WHERE (status = 'processing') <>
      (SELECT count(*) FROM executions WHERE job_id = jobs.id AND job_id IS NOT NULL
        AND status IN ('pending', 'running'))`,
  },
  ...RUN_INVARIANTS,
  {
    rule: "a job that waits for others counts those that have not ended",
    query: `SELECT job_id AS id FROM job_chains WHERE remaining <>
      (SELECT count(*) FROM job_after WHERE job_after.job_id = job_chains.job_id AND status IS NULL)`,
  },
  {
    rule: "a job knows how the jobs that it waits for have ended",
    query: `SELECT job_after.job_id AS id FROM job_after JOIN jobs ON jobs.id = after_id
      WHERE job_after.status IS NOT CASE WHEN finished_at IS NULL THEN NULL ELSE jobs.status END`,
  },
  {
    rule: "a job has its input",
    query: "SELECT id FROM jobs WHERE NOT EXISTS (SELECT 1 FROM job_inputs WHERE job_id = jobs.id)",
  },
  {
    rule: "a direct execution has its input, once",
    query: `SELECT id FROM executions WHERE job_id IS NULL AND
      (input = '') <> EXISTS (SELECT 1 FROM direct_inputs WHERE execution_id = executions.id)`,
  },
  {
    rule: "a processing job belongs to a known worker",
    query: "SELECT id FROM jobs WHERE status = 'processing' AND worker_id NOT IN (SELECT id FROM workers)",
  },
  {
    rule: "a lane with parked jobs is listed",
    query: `SELECT min(id) AS id FROM jobs WHERE gate = ${GATES.parked} AND lane NOT IN (SELECT lane FROM parked_lanes)
      GROUP BY lane`,
  },
  {
    rule: "a job of a schedule has exactly one firing",
    query: `SELECT jobs.id FROM jobs JOIN schedules ON schedules.id = jobs.schedule_id
      WHERE jobs.created_at > (SELECT coalesce(min(decided_at), 0) FROM schedule_firings
          WHERE schedule_id = schedules.id) AND
        (SELECT count(*) FROM schedule_firings
          WHERE schedule_id = jobs.schedule_id AND job_id = jobs.id) <> 1`,
  },
  {
    // The log keeps less than all of them.
    rule: "an execution has no more log lines than it says",
    query: "SELECT e.id FROM executions e JOIN logs l ON l.execution_id = e.id AND l.seq >= e.log_count GROUP BY e.id",
  },
  {
    rule: "a console line belongs to an execution",
    query: `SELECT l.id FROM logs l WHERE seq IS NOT NULL AND
      NOT EXISTS (SELECT 1 FROM executions WHERE id = l.execution_id AND task_id = l.task_id)`,
  },
  {
    rule: "the size of the log is right",
    query: `SELECT id FROM log_totals WHERE lines <> (SELECT count(*) FROM logs)
      OR bytes <> (SELECT coalesce(sum(octet_length(message)), 0) FROM logs)`,
  },
  {
    rule: "the counters of jobs are right",
    query: `SELECT task_id AS id FROM (
      SELECT task_id, status, count(*) AS n FROM jobs GROUP BY 1, 2
      UNION ALL SELECT task_id, status, -count FROM counters WHERE kind = 'job')
      GROUP BY task_id, status HAVING sum(n) <> 0`,
  },
  {
    rule: "the counters of executions are right",
    query: `SELECT task_id AS id FROM (
      SELECT task_id, status, count(*) AS n FROM executions GROUP BY 1, 2
      UNION ALL SELECT task_id, status, -count FROM counters WHERE kind = 'execution')
      GROUP BY task_id, status HAVING sum(n) <> 0`,
  },
];

/** The most ids that are reported for one rule. */
const NAMED = 5;

/** @returns what is wrong, one sentence each; empty if nothing is */
export function findInconsistencies(sql: Sql): string[] {
  const damage = sql
    .all<{ integrity_check: string }>("PRAGMA integrity_check(20)")
    .map((row) => row.integrity_check)
    .filter((line) => line !== "ok");
  // The results of queries on a damaged file mean nothing.
  if (damage.length > 0) return damage;
  const dangling = sql
    .all<{ table: string; rowid: number | null; parent: string }>("PRAGMA foreign_key_check")
    .slice(0, NAMED)
    .map((row) => `row ${row.rowid} of ${row.table} refers to a missing row of ${row.parent}`);
  const broken = INVARIANTS.flatMap(({ rule, query }) => {
    const ids = sql.all<{ id: number }>(`SELECT id FROM (${query}) LIMIT ${NAMED + 1}`).map((row) => row.id);
    if (ids.length === 0) return [];
    const more = ids.length > NAMED ? " and more" : "";
    return [`Broken: ${rule} (${ids.slice(0, NAMED).join(", ")}${more}).`];
  });
  return [...dangling, ...broken];
}
