import { RatchetError } from "../../domain/errors.ts";
import {
  DEFAULT_CATCH_UP_WINDOW_MS,
  FINISHED_REASON,
  type NewSchedule,
  type Schedule,
  type SchedulePatch,
} from "../../domain/schedule.ts";
import type { NextFiringTime } from "../contract/schedules.ts";
import type { SqlValue } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { priorityLevel, tagsText } from "./job-rows.ts";
import { existingSchedule } from "./schedule-read.ts";
import type { ScheduleRow } from "./schedule-rows.ts";
import { releaseBuffered } from "./schedule-settle.ts";
import { constraintMessage } from "./sqlite-failure.ts";

const COLUMNS = `name, task_id, version, kind, cron, timezone, every_ms, at, enabled, paused_reason, overlap,
  catch_up_ms, jitter_ms, start_at, end_at, pause_on_failure, priority, max_retries, concurrency_key, tags,
  every_text, next_at, due_at, updated_at, input`;

function values(schedule: Omit<Schedule, "id">, next: NextFiringTime | null): SqlValue[] {
  const { timing } = schedule;
  return [
    schedule.name,
    schedule.taskId,
    schedule.version,
    timing.kind,
    timing.kind === "cron" ? timing.cron : null,
    timing.kind === "cron" ? timing.timezone : null,
    timing.kind === "every" ? timing.everyMs : null,
    timing.kind === "at" ? timing.at : null,
    schedule.enabled ? 1 : 0,
    schedule.pausedReason,
    schedule.overlap,
    schedule.catchUpWindowMs,
    schedule.jitterMs,
    schedule.startAt,
    schedule.endAt,
    schedule.pauseOnFailure ? 1 : 0,
    priorityLevel(schedule.priority),
    schedule.maxRetries,
    schedule.concurrencyKey,
    tagsText(schedule.tags),
    schedule.everyText,
    next?.at ?? null,
    next?.dueAt ?? null,
    schedule.updatedAt,
    schedule.inputJson,
  ];
}

function named<T>(name: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (constraintMessage(error)?.includes("schedules.name") !== true) throw error;
    throw new RatchetError("CONFLICT", `There is a schedule "${name}" already.`, {
      data: { name },
      remedy: "Choose another name, or change that schedule.",
      cause: error,
    });
  }
}

/** Deletes a schedule. Its jobs stay. @throws {RatchetError} SCHEDULE_NOT_FOUND */
export function deleteSchedule(tx: Tx, id: number): void {
  const { taskId } = existingSchedule(tx.sql, id);
  tx.sql.run("DELETE FROM schedules WHERE id = ?", id);
  tx.emit({ type: "schedule.deleted", time: tx.now, taskId, scheduleId: id });
}

/** @throws {RatchetError} CONFLICT when the name is taken */
export function createSchedule(
  tx: Tx,
  input: NewSchedule,
  plan: (id: number, createdAt: number) => NextFiringTime | null,
): Schedule {
  const schedule = withDefaults(input, tx.now);
  const bound = values(schedule, null);
  const { id } = named(schedule.name, () =>
    tx.sql.run(
      `INSERT INTO schedules (${COLUMNS}, created_at) VALUES (${bound.map(() => "?").join(", ")}, ?)`,
      ...bound,
      tx.now,
    ),
  );
  // The jitter depends on the id, which is known only now.
  const next = plan(id, tx.now);
  tx.sql.run("UPDATE schedules SET next_at = ?, due_at = ? WHERE id = ?", next?.at ?? null, next?.dueAt ?? null, id);
  tx.emit({ type: "schedule.created", time: tx.now, taskId: schedule.taskId, scheduleId: id });
  return { id, ...schedule, nextAt: next?.at ?? null };
}

/** A change to a schedule: the arguments of `ScheduleStore.update`. */
export interface ScheduleChange {
  id: number;
  patch: SchedulePatch;
  plan: (schedule: Schedule, now: number) => NextFiringTime | null;
  pausedReason: string | null;
}

/** @throws {RatchetError} SCHEDULE_NOT_FOUND, CONFLICT when the name is taken */
export function updateSchedule(tx: Tx, { id, patch, plan, pausedReason }: ScheduleChange): Schedule {
  const row = tx.sql.get<ScheduleRow>("SELECT * FROM schedules WHERE id = ?", id);
  const old = existingSchedule(tx.sql, id);
  const given = Object.fromEntries(
    Object.entries(patch).filter(([, value]) => value !== undefined),
  ) as Partial<Schedule>;
  const schedule: Schedule = { ...old, ...given, updatedAt: tx.now };
  if (patch.enabled !== undefined) schedule.pausedReason = patch.enabled ? null : pausedReason;
  const next = planStands(old, schedule) ? kept(row) : plan(schedule, tx.now);
  schedule.nextAt = next?.at ?? null;
  if (schedule.enabled && next === null) {
    schedule.enabled = false;
    schedule.pausedReason = FINISHED_REASON;
  } else if (patch.enabled === undefined && next !== null && old.pausedReason === FINISHED_REASON) {
    // A finished schedule that gets a new firing time continues.
    schedule.enabled = true;
    schedule.pausedReason = null;
  }
  const bound = values(schedule, next);
  named(schedule.name, () =>
    tx.sql.run(`UPDATE schedules SET (${COLUMNS}) = (${bound.map(() => "?").join(", ")}) WHERE id = ?`, ...bound, id),
  );
  tx.emit({ type: "schedule.updated", time: tx.now, taskId: schedule.taskId, scheduleId: id });
  if (old.enabled && patch.enabled === false) {
    const data = { reason: schedule.pausedReason };
    tx.emit({ type: "schedule.paused", time: tx.now, taskId: schedule.taskId, scheduleId: id, data });
  }
  if (schedule.enabled) releaseBuffered(tx, id);
  return schedule;
}

/**
 * Whether a change leaves the next firing as it is. Then a firing that is due, but has not happened, must not be lost.
 */
function planStands(old: Schedule, changed: Schedule): boolean {
  const plan = ({ timing, startAt, jitterMs, enabled }: Schedule) =>
    JSON.stringify([Object.entries(timing).sort(), startAt, jitterMs, enabled]);
  if (plan(old) !== plan(changed)) return false;
  if (old.endAt === changed.endAt) return true;
  return old.nextAt !== null && (changed.endAt === null || old.nextAt <= changed.endAt);
}

function kept(row: ScheduleRow | undefined): NextFiringTime | null {
  if (row === undefined || row.next_at === null || row.due_at === null) return null;
  return { at: row.next_at, dueAt: row.due_at };
}

function withDefaults(input: NewSchedule, now: number): Omit<Schedule, "id"> {
  return {
    name: input.name,
    taskId: input.taskId,
    version: input.version ?? null,
    inputJson: input.inputJson,
    timing: input.timing,
    enabled: input.enabled ?? true,
    pausedReason: null,
    overlap: input.overlap ?? "skip",
    catchUpWindowMs: input.catchUpWindowMs ?? DEFAULT_CATCH_UP_WINDOW_MS,
    jitterMs: input.jitterMs ?? 0,
    startAt: input.startAt ?? null,
    endAt: input.endAt ?? null,
    pauseOnFailure: input.pauseOnFailure ?? false,
    priority: input.priority ?? "normal",
    maxRetries: input.maxRetries ?? null,
    concurrencyKey: input.concurrencyKey ?? null,
    tags: input.tags ?? [],
    everyText: input.everyText ?? null,
    nextAt: null,
    lastAt: null,
    createdAt: now,
    updatedAt: now,
  };
}
