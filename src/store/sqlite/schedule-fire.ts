import { FINISHED_REASON, type FiringKind, type OverlapPolicy, type Schedule } from "../../domain/schedule.ts";
import { timeText } from "../../lib/time-text.ts";
import type { FireResult, FiringPlan } from "../contract/schedules.ts";
import { decideOverlap } from "../policy/overlap.ts";
import type { Tx } from "./group-commit.ts";
import { cancelJob } from "./job-control.ts";
import { type FiringRow, type ScheduleRow, scheduleFromRow } from "./schedule-rows.ts";
import { enqueueFiring, hasUnfinishedJob } from "./schedule-settle.ts";
import { UNFINISHED } from "./unfinished.ts";

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
    const round = beginRound(tx, { schedule, overlap: schedule.overlap, note: null, again: false });
    for (const fireAt of firings) {
      if (applyFiring(tx, round, fireAt)) enqueued += 1;
    }
    if (next === null) finishSchedule(tx, schedule);
  }
  return { schedules: rows.length, enqueued };
}

/** Disables a schedule that has fired for the last time, with that as the reason. */
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
  const from = timeText(missed.first);
  const note = `at least ${missed.count} missed since ${from}: older than the catch-up window, or too many`;
  record(tx, { scheduleId: schedule.id, fireAt: missed.last, status: "missed", note });
  tx.emit({
    type: "schedule.missed",
    time: tx.now,
    taskId: schedule.taskId,
    scheduleId: schedule.id,
    data: { count: missed.count, first: from, last: timeText(missed.last) },
  });
}

/** Decisions about several firings of one schedule, by one policy. */
export interface FiringRound {
  readonly schedule: Schedule;
  readonly overlap: OverlapPolicy;
  /** Note of the firings that are enqueued or buffered. */
  readonly note: string | null;
  /** Decide again about firings that were skipped, missed or buffered before. */
  readonly again: boolean;
  /** Firings of the schedule that wait now: counted once, then kept up to date. */
  buffered: number;
}

export function beginRound(tx: Tx, round: Omit<FiringRound, "buffered">): FiringRound {
  const row = tx.sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM schedule_firings INDEXED BY firings_buffered
      WHERE schedule_id = ? AND status = 'buffered'`,
    round.schedule.id,
  );
  return { ...round, buffered: row?.n ?? 0 };
}

/** Decides about one planned firing. @returns whether a job was enqueued */
export function applyFiring(tx: Tx, round: FiringRound, fireAt: number): boolean {
  const { schedule, overlap, note } = round;
  const { id: scheduleId, taskId } = schedule;
  const before = readFiring(tx, scheduleId, "planned", fireAt);
  if (before !== undefined && (!round.again || before.status === "enqueued")) return false;
  if (before?.status === "buffered") round.buffered -= 1;
  const unfinished = overlap !== "allow_all" && hasUnfinishedJob(tx, scheduleId);
  const decision = decideOverlap(overlap, { unfinished, buffered: round.buffered });
  switch (decision.kind) {
    case "skip": {
      const why = decision.reason;
      record(tx, { scheduleId, fireAt, status: "skipped", note: why });
      tx.emit({ type: "schedule.skipped", time: tx.now, taskId, scheduleId, data: { fireAt: timeText(fireAt), why } });
      return false;
    }
    case "buffer":
      record(tx, { scheduleId, fireAt, status: "buffered", note });
      round.buffered += 1;
      return false;
    case "enqueue":
      if (decision.cancelOthers) {
        cancelOthers(tx, scheduleId);
        round.buffered = 0;
      }
      enqueueFiring(tx, { schedule, kind: "planned", fireAt, note });
      return true;
  }
}

function cancelOthers(tx: Tx, scheduleId: number): void {
  // Otherwise a buffered firing would take the place of a job that is cancelled.
  tx.sql.run(
    "UPDATE schedule_firings SET status = 'skipped', note = 'replaced by a later one' WHERE schedule_id = ? AND status = 'buffered'",
    scheduleId,
  );
  const jobs = tx.sql.all<{ id: number }>(
    `SELECT id FROM jobs INDEXED BY jobs_schedule
      WHERE schedule_id = ? AND schedule_id IS NOT NULL AND status IN (${UNFINISHED})`,
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

/** A decision about a planned firing that creates no job. */
interface DecidedFiring {
  scheduleId: number;
  fireAt: number;
  status: "buffered" | "skipped" | "missed";
  note: string | null;
}

function record(tx: Tx, { scheduleId, fireAt, status, note }: DecidedFiring): void {
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
