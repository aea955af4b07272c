import { SUSPECT_RESCUES } from "../../domain/job.ts";
import { SUSPECT_GROUPS } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";

/*
 * A process that dies takes along all the jobs it was running, of which one may be to blame. A job that has lost its
 * process SUSPECT_RESCUES times is a suspect: such jobs run in small groups, the smaller the more often it happened, and
 * in the end alone. So the one to blame uses up its rescues, and those that only were beside it do not.
 */

/**
 * How many suspects run at once, and from what age of their process on, ms: one that dies in its first moments, or is
 * killed every few seconds, dies of something else. By their rescues from {@link SUSPECT_RESCUES} on; the last goes for
 * all further ones.
 */
const GROUPS = [
  { limit: 32, settledMs: 1_000 },
  { limit: 8, settledMs: 3_000 },
  { limit: 1, settledMs: 10_000 },
] as const;
/** One that has run for so long holds up others no more, ms: most that end their process do so at once. */
const WATCHED_MS = 10_000;

/** How full a lane of suspects is. */
export interface SuspectState {
  limit: number;
  /** That have not run for long; the limit when none may start at all. */
  running: number;
  /** When it opens if no job leaves it, ms since the epoch. */
  opensAt: number;
}

/** What a clock that was set back shows as of the future is not waited for. */
export function readSuspects(sql: Sql, rescues: number, now: number): SuspectState {
  const level = rescues - SUSPECT_RESCUES;
  const { limit, settledMs } = GROUPS[level] ?? GROUPS[2];
  const born = sql.get<{ at: number | null }>("SELECT max(started_at) AS at FROM workers WHERE started_at <= ?", now);
  const settledAt = (born?.at ?? 0) + settledMs;
  if (settledAt > now) return { limit, running: limit, opensAt: settledAt };
  const row = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM jobs INDEXED BY jobs_suspect
       JOIN executions INDEXED BY executions_job
         ON executions.job_id = jobs.id AND executions.job_id IS NOT NULL AND executions.status = 'running'
      WHERE jobs.rescues >= 2 AND jobs.status = 'processing' AND jobs.rescues BETWEEN ? AND ?
        AND executions.started_at > ? AND executions.started_at <= ?`,
    SUSPECT_RESCUES + level,
    level < SUSPECT_GROUPS - 1 ? SUSPECT_RESCUES + level : Number.MAX_SAFE_INTEGER,
    now - WATCHED_MS,
    now,
  );
  return { limit, running: row?.n ?? 0, opensAt: now + WATCHED_MS };
}
