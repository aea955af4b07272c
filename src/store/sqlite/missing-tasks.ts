import { formatLane, type Lane, parseLane, versionLanes } from "../policy/lane.ts";
import type { Sql } from "./connection.ts";

/** How long jobs wait for a task that no source has, ms, unless the server is configured otherwise. */
export const DEFAULT_MISSING_WAIT_MS = 10 * 60_000;

/**
 * When the last source lost a task, or the version that is requested, if no copy of that version is kept either.
 * @returns ms since the epoch; undefined if the task can run
 */
export function missingSince(sql: Sql, taskId: number, version: string | null): number | undefined {
  if (version === null) {
    const row = sql.get<{ in_sync: number }>("SELECT in_sync FROM tasks WHERE id = ?", taskId);
    if (row?.in_sync !== 0) return undefined;
    const last = sql.get<{ at: number | null }>(
      "SELECT max(updated_at) AS at FROM task_versions WHERE task_id = ?",
      taskId,
    );
    return last?.at ?? 0;
  }
  const row = sql.get<{ available: number; updated_at: number }>(
    "SELECT available, updated_at FROM task_versions WHERE task_id = ? AND version = ?",
    taskId,
    version,
  );
  // The registry rejects a version that was never seen.
  if (row === undefined || row.available === 1 || isKept(sql, taskId, version)) return undefined;
  return row.updated_at;
}

function isKept(sql: Sql, taskId: number, version: string): boolean {
  const row = sql.get("SELECT 1 AS found FROM kept_versions WHERE task_id = ? AND version = ?", taskId, version);
  return row !== undefined;
}

/** Lanes with parked jobs that wait for a task or one of its versions. */
export function missingLanesOf(sql: Sql, taskId: number): Lane[] {
  const { from, to } = versionLanes(taskId);
  return sql
    .all<{ lane: string }>(
      "SELECT lane FROM parked_lanes WHERE lane = ? OR (lane >= ? AND lane < ?)",
      formatLane({ kind: "missing", taskId, version: null }),
      from,
      to,
    )
    .map(({ lane }) => parseLane(lane));
}
