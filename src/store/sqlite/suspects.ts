import { settledAt, suspectGroup, WATCHED_MS } from "../policy/suspects.ts";
import type { Sql } from "./connection.ts";

/** How full a lane of suspects is. */
export interface SuspectState {
  limit: number;
  /** Number of suspects that have not run for long; equal to the limit if none may start at all. */
  running: number;
  /** When the lane opens if no job leaves it, ms since the epoch. */
  opensAt: number;
}

/**
 * Reads how full the lane of a group of suspects is. Times in the future, left by a clock that was set back, do not
 * count.
 * @param rescues identifies the group
 */
export function readSuspects(sql: Sql, rescues: number, now: number): SuspectState {
  const group = suspectGroup(rescues);
  const { limit } = group;
  const youngest = sql.get<{ at: number | null }>(
    "SELECT max(started_at) AS at FROM workers WHERE started_at <= ?",
    now,
  );
  const settled = settledAt(group, youngest?.at ?? null);
  if (settled > now) return { limit, running: limit, opensAt: settled };
  const row = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM jobs INDEXED BY jobs_suspect
       JOIN executions INDEXED BY executions_job
         ON executions.job_id = jobs.id AND executions.job_id IS NOT NULL AND executions.status = 'running'
      WHERE jobs.rescues >= 2 AND jobs.status = 'processing' AND jobs.rescues BETWEEN ? AND ?
        AND coalesce(woken_at, executions.started_at) > ? AND coalesce(woken_at, executions.started_at) <= ?`,
    group.rescues.from,
    group.rescues.to,
    now - WATCHED_MS,
    now,
  );
  return { limit, running: row?.n ?? 0, opensAt: now + WATCHED_MS };
}
