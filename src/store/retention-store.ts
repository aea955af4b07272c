import type { KeepRule, RetentionPolicy, RetentionStep, RetentionStore } from "./contract/retention.ts";
import type { Tx, Writer } from "./writer.ts";

/** Pages given back to the file system in one step. */
const VACUUM_PAGES = 500;

/** Retention over SQLite. */
export function createRetentionStore(writer: Writer, reclaim: (pages: number) => void): RetentionStore {
  return {
    async step(policy, limit) {
      const result = await writer.write((tx) => step(tx, policy, limit));
      // Outside the transaction that others may share: it only shortens the file.
      if (result.jobs + result.executions + result.events > 0) reclaim(VACUUM_PAGES);
      return result;
    },
  };
}

function step(tx: Tx, policy: RetentionPolicy, limit: number): RetentionStep {
  const counts = { jobs: 0, executions: 0, events: 0, firings: 0 };
  let more = false;
  for (const status of ["completed", "failed", "cancelled"] as const) {
    const rule = policy.jobs[status];
    if (rule === undefined) continue;
    const deleted = deleteJobs(tx, oldJobs(tx, status, rule, limit));
    counts.jobs += deleted;
    more ||= deleted === limit;
  }
  counts.executions = deleteDirect(tx, policy.directExecutions, limit);
  counts.events = deleteEvents(tx, policy.events, limit);
  counts.firings = deleteFirings(tx, policy.firings, limit);
  more ||= [counts.executions, counts.events, counts.firings].includes(limit);
  return { ...counts, more };
}

/** Finished jobs of a status that the rule does not keep, oldest first. */
function oldJobs(tx: Tx, status: string, rule: KeepRule, limit: number): number[] {
  const oldest = `SELECT id FROM jobs INDEXED BY jobs_finished
    WHERE status = ? AND finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT ?`;
  const ids = new Set<number>();
  if (rule.maxAgeMs !== undefined) {
    for (const { id } of tx.sql.all<{ id: number }>(oldest, status, tx.now - rule.maxAgeMs, limit)) ids.add(id);
  }
  if (rule.maxCount !== undefined && ids.size < limit) {
    const kept = tx.sql.get<{ n: number | null }>(
      "SELECT sum(count) AS n FROM counters WHERE kind = 'job' AND status = ?",
      status,
    );
    const surplus = Math.min(limit, (kept?.n ?? 0) - rule.maxCount);
    if (surplus > ids.size) {
      for (const { id } of tx.sql.all<{ id: number }>(oldest, status, Number.MAX_SAFE_INTEGER, surplus)) ids.add(id);
    }
  }
  return [...ids];
}

function deleteJobs(tx: Tx, ids: readonly number[]): number {
  for (const id of ids) {
    deleteExecutions(tx, "job_id = ? AND job_id IS NOT NULL", id);
    tx.sql.run("DELETE FROM job_inputs WHERE job_id = ?", id);
    for (const row of tx.sql.all<{ task_id: number; status: string }>(
      "DELETE FROM jobs WHERE id = ? RETURNING task_id, status",
      id,
    )) {
      tx.counters.move("job", row.task_id, row.status, undefined);
    }
  }
  return ids.length;
}

function deleteExecutions(tx: Tx, where: string, value: number): void {
  tx.sql.run(
    `DELETE FROM execution_logs WHERE execution_id IN (SELECT id FROM executions WHERE ${where} AND log_count > 0)`,
    value,
  );
  const rows = tx.sql.all<{ task_id: number; status: string; duration_ms: number | null }>(
    `DELETE FROM executions WHERE ${where} RETURNING task_id, status, duration_ms`,
    value,
  );
  for (const row of rows) tx.counters.add("execution", row.task_id, row.status, -1, -(row.duration_ms ?? 0));
}

function deleteDirect(tx: Tx, rule: KeepRule, limit: number): number {
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
    const kept = tx.sql.get<{ n: number }>(
      "SELECT count(*) AS n FROM executions INDEXED BY executions_direct WHERE job_id IS NULL",
    );
    const surplus = Math.min(limit, (kept?.n ?? 0) - maxCount);
    if (surplus > ids.size) {
      const rows = tx.sql.all<{ id: number }>(
        `SELECT id FROM executions INDEXED BY executions_direct
          WHERE job_id IS NULL AND status IN ('completed', 'failed', 'cancelled') ORDER BY finished_at LIMIT ?`,
        surplus,
      );
      for (const { id } of rows) ids.add(id);
    }
  }
  for (const id of ids) deleteExecutions(tx, "id = ?", id);
  return ids.size;
}

function deleteEvents(tx: Tx, rule: KeepRule, limit: number): number {
  // Events are in the order of their ids: the first ones go until one is to be kept.
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
