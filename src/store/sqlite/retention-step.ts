import type { KeepRule, RetentionPolicy, RetentionStep } from "../contract/retention.ts";
import { deleteDeliveries, dropBodies } from "./delivery-retention.ts";
import { dropRecordings } from "./execution-recordings.ts";
import type { Tx } from "./group-commit.ts";
import { deleteExecutions, deleteJobs } from "./job-delete.ts";
import { deleteUnused } from "./kept-versions.ts";
import { deleteOldLines } from "./log-retention.ts";
import { deleteNotifications } from "./notification-deliveries.ts";
import { deleteUnusedPrograms } from "./program-store.ts";
import { deleteUnusedEngines } from "./runs/engines.ts";
import { IS_NEEDED_BY_RUN } from "./runs/needed-children.ts";
import { deleteRenewed } from "./runs/run-retention.ts";
import { deleteEndedSessions } from "./session-store.ts";
import { returnFreePages } from "./shrinking.ts";
import { condenseHistory } from "./task-history.ts";
import { TooHeavy } from "./too-heavy.ts";

/** Statuses that retention deletes. */
type FinishedStatus = "completed" | "failed" | "cancelled";

/** The id after which to look for more jobs of a status: all before it that had to be deleted have been. */
export type Looked = Partial<Record<FinishedStatus, number>>;

/** One step of retention. */
export interface RetentionRequest {
  policy: RetentionPolicy;
  limit: number;
  looked: Looked;
}

/** What a step did, and where the next one looks. */
export interface RetentionResult {
  step: RetentionStep;
  looked: Looked;
}

/** Jobs read for each one that may be deleted: some old ones finished late and stay. */
const LOOK_AHEAD = 5;

/** Events deleted for each job: a job causes several, and one costs next to nothing to delete. */
const EVENTS = 5;

/** Lines of the log deleted for each job: about 10 ms of work for a hundred jobs. */
const LINES = 10;

/** Pages returned to the file system in one step. */
const VACUUM_PAGES = { here: 250, onThread: 2_500 };

/** Deletes and shortens the file. @throws {TooHeavy} if the texts of one kind to delete have more than `mostBytes` */
export function retain(tx: Tx, request: RetentionRequest, mostBytes: number): RetentionResult {
  const { policy, limit } = request;
  const looked = { ...request.looked };
  deleteUnused(tx);
  deleteUnusedPrograms(tx);
  deleteUnusedEngines(tx);
  deleteEndedSessions(tx);
  condenseHistory(tx);
  const counts = {
    jobs: 0,
    executions: 0,
    events: 0,
    firings: 0,
    deliveries: 0,
    notifications: 0,
    bodies: 0,
    lines: 0,
  };
  let more = false;
  for (const status of ["completed", "failed", "cancelled"] as const) {
    const rule = policy.jobs[status];
    if (rule === undefined) continue;
    const old = oldJobs(tx, { status, rule, limit, after: looked[status] ?? 0 });
    counts.jobs += deleteJobs(tx, old.ids, mostBytes);
    looked[status] = old.next ?? 0;
    more ||= old.next !== null;
  }
  more ||= deleteRenewed(tx, policy.jobs, limit) === limit;
  counts.executions = deleteDirect(tx, policy.directExecutions, limit, mostBytes);
  counts.events = deleteEvents(tx, policy.events, limit * EVENTS);
  counts.firings = deleteFirings(tx, policy.firings, limit);
  counts.deliveries = deleteDeliveries(tx, policy.deliveries, limit);
  counts.notifications = deleteNotifications(tx, policy.notifications, limit);
  counts.lines = policy.logs === undefined ? 0 : deleteOldLines(tx, policy.logs, limit * LINES);
  const dropped = dropBodies(tx, policy.deliveries.maxBodyBytes);
  counts.bodies = dropped.bodies;
  more ||= dropRecordings(tx, policy.recordings ?? {}).more || counts.notifications === limit;
  more ||= dropped.more || counts.deliveries === limit || counts.lines === limit * LINES;
  more ||= counts.executions === limit || counts.events === limit * EVENTS || counts.firings === limit;
  const mostPages = mostBytes === Number.POSITIVE_INFINITY ? VACUUM_PAGES.onThread : VACUUM_PAGES.here;
  const { pages, more: morePages } = returnFreePages(tx.sql, mostPages);
  return { step: { ...counts, pages, more: more || morePages }, looked };
}

/** Where to look for jobs to delete. */
interface Search {
  status: FinishedStatus;
  rule: KeepRule;
  /** Most jobs to find. */
  limit: number;
  /** Look at jobs with larger ids only. */
  after: number;
}

/**
 * Finished jobs that the rule does not keep, in the order in which they were created, since that is how they are
 * indexed.
 * @returns `next`: the id after which the next step continues; null when there is nothing more to find
 */
function oldJobs(tx: Tx, { status, rule, limit, after }: Search): { ids: number[]; next: number | null } {
  const rows = tx.sql.all<{ id: number; created_at: number; finished_at: number; is_needed: number }>(
    `SELECT id, created_at, finished_at, ${IS_NEEDED_BY_RUN} AS is_needed
       FROM jobs INDEXED BY jobs_${status} WHERE status = '${status}' AND id > ? ORDER BY id LIMIT ?`,
    after,
    limit * LOOK_AHEAD,
  );
  const cutoff = rule.maxAgeMs === undefined ? Number.NEGATIVE_INFINITY : tx.now - rule.maxAgeMs;
  let surplus = rule.maxCount === undefined ? 0 : countOf(tx, status) - rule.maxCount;
  const ids: number[] = [];
  for (const row of rows) {
    if (ids.length === limit) return { ids, next: ids.at(-1) ?? null };
    // A job created after the cutoff has finished after it, and so have all that follow, unless the clock was wrong.
    if (surplus <= 0 && row.created_at >= cutoff && row.created_at <= tx.now) return { ids, next: null };
    if (surplus <= 0 && row.finished_at >= cutoff) continue;
    // The journal of the run that has started it needs its output, so it is deleted after that.
    if (row.is_needed === 1) continue;
    surplus -= 1;
    ids.push(row.id);
  }
  return { ids, next: rows.length === limit * LOOK_AHEAD ? (rows.at(-1)?.id ?? null) : null };
}

function countOf(tx: Tx, status: FinishedStatus): number {
  const row = tx.sql.get<{ n: number | null }>(
    "SELECT sum(count) AS n FROM counters WHERE kind = 'job' AND status = ?",
    status,
  );
  return row?.n ?? 0;
}

function deleteDirect(tx: Tx, rule: KeepRule, limit: number, mostBytes: number): number {
  const ids = new Set<number>();
  const { maxAgeMs, maxCount } = rule;
  for (const status of ["completed", "failed", "cancelled"]) {
    if (maxAgeMs === undefined || ids.size >= limit) continue;
    const rows = tx.sql.all<{ id: number }>(
      `SELECT id FROM executions INDEXED BY executions_direct
        WHERE job_id IS NULL AND status = ? AND finished_at < ? ORDER BY finished_at LIMIT ?`,
      status,
      tx.now - maxAgeMs,
      limit - ids.size,
    );
    for (const { id } of rows) ids.add(id);
  }
  if (maxCount !== undefined && ids.size < limit) {
    const surplus = Math.min(limit, directSurplus(tx, maxCount));
    if (surplus > ids.size) {
      const rows = tx.sql.all<{ id: number }>(
        `SELECT id FROM executions INDEXED BY executions_direct
          WHERE job_id IS NULL AND status IN ('completed', 'failed', 'cancelled') ORDER BY finished_at LIMIT ?`,
        surplus,
      );
      for (const { id } of rows) ids.add(id);
    }
  }
  if (directBytes(tx, ids) > mostBytes) throw new TooHeavy();
  for (const id of ids) deleteExecutions(tx, "id = ?", id);
  return ids.size;
}

function directBytes({ sql }: Tx, ids: ReadonlySet<number>): number {
  const row = sql.get<{ bytes: number | null }>(
    `SELECT sum(octet_length(input) + coalesce(octet_length(output), 0)
        + coalesce((SELECT octet_length(input) FROM direct_inputs WHERE execution_id = executions.id), 0)) AS bytes
      FROM executions WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify([...ids]),
  );
  return row?.bytes ?? 0;
}

/** How many direct executions exceed the limit. Counting them takes a while, so it is done only if it can matter. */
function directSurplus(tx: Tx, maxCount: number): number {
  const all = tx.sql.get<{ n: number | null }>("SELECT sum(count) AS n FROM counters WHERE kind = 'execution'")?.n ?? 0;
  if (all <= maxCount) return 0;
  const direct = tx.sql.get<{ n: number }>(
    "SELECT count(*) AS n FROM executions INDEXED BY executions_direct WHERE job_id IS NULL",
  );
  return (direct?.n ?? 0) - maxCount;
}

function deleteEvents(tx: Tx, rule: KeepRule, limit: number): number {
  // In the order of their ids: events are deleted up to the first one that is kept.
  const last = tx.sql.get<{ id: number | null }>("SELECT max(id) AS id FROM events")?.id ?? 0;
  const before = rule.maxCount === undefined ? 0 : last - rule.maxCount;
  const since = rule.maxAgeMs === undefined ? 0 : tx.now - rule.maxAgeMs;
  return tx.sql.run(
    `DELETE FROM events WHERE id IN (
       SELECT id FROM (SELECT id, time FROM events ORDER BY id LIMIT ?) WHERE id <= ? OR time < ?)`,
    limit,
    before,
    since,
  ).changes;
}

function deleteFirings(tx: Tx, rule: RetentionPolicy["firings"], limit: number): number {
  if (rule.maxAgeMs === undefined) return 0;
  return tx.sql.run(
    `DELETE FROM schedule_firings WHERE (schedule_id, kind, fire_at) IN (
       SELECT f.schedule_id, f.kind, f.fire_at FROM schedules s JOIN schedule_firings f ON f.schedule_id = s.id
        WHERE f.kind IN ('planned', 'manual') AND f.fire_at < ? AND f.status <> 'buffered' LIMIT ?)`,
    tx.now - rule.maxAgeMs,
    limit,
  ).changes;
}
