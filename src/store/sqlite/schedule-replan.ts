import { FINISHED_REASON, type Schedule } from "../../domain/schedule.ts";
import type { NextFiringTime } from "../contract/schedules.ts";
import type { Tx } from "./group-commit.ts";
import { type ScheduleRow, scheduleFromRow } from "./schedule-rows.ts";

/**
 * Replans what was planned while the clock was wrong. A firing that created a job at that time creates no second one:
 * the key of firings prevents that when its time comes again.
 */
export function replanAhead(
  tx: Tx,
  aheadMs: number,
  plan: (schedule: Schedule, now: number) => NextFiringTime | null,
): number {
  const latest = tx.now + aheadMs;
  const rows = tx.sql.all<ScheduleRow>("SELECT * FROM schedules WHERE last_at > ? OR created_at > ?", latest, latest);
  for (const row of rows) {
    const passed = tx.sql.get<{ at: number | null }>(
      `SELECT max(fire_at) AS at FROM schedule_firings
        WHERE schedule_id = ? AND kind = 'planned' AND fire_at <= ?`,
      row.id,
      tx.now,
    );
    const schedule = { ...scheduleFromRow(row), lastAt: passed?.at ?? null };
    const next = plan(schedule, tx.now);
    tx.sql.run(
      "UPDATE schedules SET next_at = ?, due_at = ?, last_at = ? WHERE id = ?",
      next?.at ?? null,
      next?.dueAt ?? null,
      schedule.lastAt,
      row.id,
    );
    if (next !== null && schedule.pausedReason === FINISHED_REASON) {
      tx.sql.run("UPDATE schedules SET enabled = 1, paused_reason = NULL WHERE id = ?", row.id);
    }
  }
  return rows.length;
}
