import {
  decideOverlap,
  FINISHED_REASON,
  type FiringKind,
  type OverlapPolicy,
  type Schedule,
} from "../../domain/schedule.ts";
import type { FireResult, FiringPlan } from "../contract/schedules.ts";
import { cancelJob } from "./job-control.ts";
import { type FiringRow, type ScheduleRow, scheduleFromRow } from "./schedule-rows.ts";
import { enqueueFiring, hasUnfinishedJob } from "./schedule-settle.ts";
import type { Tx } from "./writer.ts";

/** A schedule whose jobs never end does not fill the disk: firings beyond this many are skipped. */
const BUFFER_LIMIT = 10_000;

/** Fires up to `limit` schedules that are due, each with its next time in the same transaction. */
export function fireDue(tx: Tx, limit: number, plan: (schedule: Schedule, now: number) => FiringPlan): FireResult {
  const rows = tx.sql.all<ScheduleRow>(
    `SELECT * FROM schedules INDEXED BY schedules_due
      WHERE enabled = 1 AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?`,
    tx.now,
    limit,
  );
  let enqueued = 0;
  for (const row of rows) {
    const schedule = scheduleFromRow(row);
    const { firings, missed, next } = plan(schedule, tx.now);
    const last = firings.at(-1) ?? missed?.last ?? row.last_at;
    tx.sql.run(
      "UPDATE schedules SET next_at = ?, due_at = ?, last_at = ? WHERE id = ?",
      next?.at ?? null,
      next?.dueAt ?? null,
      last,
      row.id,
    );
    if (missed !== null) recordMissed(tx, schedule, missed);
    const waiting = firingsThatWait(tx, schedule.id);
    for (const fireAt of firings) {
      if (applyFiring(tx, schedule, waiting, fireAt, schedule.overlap, null)) enqueued += 1;
    }
    if (next === null) finishSchedule(tx, schedule);
  }
  return { schedules: rows.length, enqueued };
}

/** A schedule that has fired for the last time says so. */
function finishSchedule(tx: Tx, { id, taskId }: Schedule): void {
  tx.sql.run(
    "UPDATE schedules SET enabled = 0, paused_reason = ?, updated_at = ? WHERE id = ? AND enabled = 1",
    FINISHED_REASON,
    tx.now,
    id,
  );
  tx.emit({ type: "schedule.updated", time: tx.now, taskId, scheduleId: id, data: { reason: FINISHED_REASON } });
}

function recordMissed(tx: Tx, schedule: Schedule, missed: { count: number; first: number; last: number }): void {
  const from = new Date(missed.first).toISOString();
  const note = `at least ${missed.count} missed since ${from}: older than the catch-up window, or too many`;
  record(tx, schedule.id, missed.last, "missed", note);
  tx.emit({
    type: "schedule.missed",
    time: tx.now,
    taskId: schedule.taskId,
    scheduleId: schedule.id,
    data: { count: missed.count, first: missed.first, last: missed.last },
  });
}

/** How many firings of a schedule wait: counted once for all that are decided about together. */
export interface WaitingFirings {
  buffered: number;
}

export function firingsThatWait(tx: Tx, scheduleId: number): WaitingFirings {
  const row = tx.sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM schedule_firings INDEXED BY firings_buffered
      WHERE schedule_id = ? AND status = 'buffered'`,
    scheduleId,
  );
  return { buffered: row?.n ?? 0 };
}

/**
 * Decides about one planned firing by an overlap policy.
 * @param waiting kept up to date
 * @param again a firing that was skipped, missed or buffered before is decided again
 * @returns whether a job was made
 */
export function applyFiring(
  tx: Tx,
  schedule: Schedule,
  waiting: WaitingFirings,
  fireAt: number,
  overlap: OverlapPolicy,
  note: string | null,
  again = false,
): boolean {
  const before = readFiring(tx, schedule.id, "planned", fireAt);
  if (before !== undefined && (!again || before.status === "enqueued")) return false;
  if (before?.status === "buffered") waiting.buffered -= 1;
  const { buffered } = waiting;
  const unfinished = overlap !== "allow_all" && hasUnfinishedJob(tx, schedule.id);
  const decision = decideOverlap(overlap, { unfinished, buffered });
  if (decision === "skip" || (decision === "buffer" && buffered >= BUFFER_LIMIT)) {
    const why = decision === "skip" ? "an earlier job was unfinished" : "too many firings were waiting";
    record(tx, schedule.id, fireAt, "skipped", why);
    const { id: scheduleId, taskId } = schedule;
    tx.emit({ type: "schedule.skipped", time: tx.now, taskId, scheduleId, data: { fireAt, why } });
    return false;
  }
  if (decision === "buffer") {
    record(tx, schedule.id, fireAt, "buffered", note);
    waiting.buffered += 1;
    return false;
  }
  if (decision === "cancel_and_enqueue") {
    cancelOthers(tx, schedule.id);
    waiting.buffered = 0;
  }
  enqueueFiring(tx, schedule, "planned", fireAt, note);
  return true;
}

function cancelOthers(tx: Tx, scheduleId: number): void {
  // What waited in the buffer would otherwise take the place of the jobs that are cancelled.
  tx.sql.run(
    "UPDATE schedule_firings SET status = 'skipped', note = 'replaced by a later one' WHERE schedule_id = ? AND status = 'buffered'",
    scheduleId,
  );
  const jobs = tx.sql.all<{ id: number }>(
    `SELECT id FROM jobs INDEXED BY jobs_schedule
      WHERE schedule_id = ? AND schedule_id IS NOT NULL AND status IN ('queued', 'processing', 'retrying')`,
    scheduleId,
  );
  for (const { id } of jobs) cancelJob(tx, id);
}

export function readFiring(tx: Tx, scheduleId: number, kind: FiringKind, fireAt: number): FiringRow | undefined {
  return tx.sql.get<FiringRow>(
    "SELECT * FROM schedule_firings WHERE schedule_id = ? AND kind = ? AND fire_at = ?",
    scheduleId,
    kind,
    fireAt,
  );
}

function record(
  tx: Tx,
  scheduleId: number,
  fireAt: number,
  status: "buffered" | "skipped" | "missed",
  note: string | null,
): void {
  tx.sql.run(
    `INSERT INTO schedule_firings (schedule_id, kind, fire_at, status, note, decided_at)
     VALUES (?, 'planned', ?, ?, ?, ?)
     ON CONFLICT (schedule_id, kind, fire_at) DO UPDATE
       SET status = excluded.status, note = excluded.note, decided_at = excluded.decided_at
       WHERE schedule_firings.status <> 'enqueued'`,
    scheduleId,
    fireAt,
    status,
    note,
    tx.now,
  );
}
