import { RatchetError } from "../../domain/errors.ts";
import { noSchedule } from "../../domain/not-found.ts";
import {
  DEFAULT_CATCH_UP_WINDOW_MS,
  FINISHED_REASON,
  type NewSchedule,
  type Schedule,
  type SchedulePatch,
} from "../../domain/schedule.ts";
import type { NextFiringTime, ScheduleFilter, ScheduleSort, ScheduleStore } from "../contract/schedules.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { listFirings } from "./firing-list.ts";
import { priorityLevel, tagsText } from "./job-rows.ts";
import { type Predicate, readPage, type SortKey } from "./keyset.ts";
import { applyFiring, beginRound, fireDue, readFiring } from "./schedule-fire.ts";
import { replanAhead } from "./schedule-replan.ts";
import { firingFromRow, type ScheduleRow, scheduleFromRow } from "./schedule-rows.ts";
import { enqueueFiring, releaseBuffered } from "./schedule-settle.ts";
import { constraintMessage } from "./sqlite-failure.ts";
import type { Tx, Writer } from "./writer.ts";

/** Schedules over SQLite. */
export function createScheduleStore(sql: Sql, writer: Writer): ScheduleStore {
  return {
    create: (schedule, plan) => writer.write((tx) => createSchedule(tx, schedule, plan)),
    get: async (id) => readSchedule(sql, id),
    async getByName(name) {
      const row = sql.get<ScheduleRow>("SELECT * FROM schedules WHERE name = ?", name);
      return row === undefined ? undefined : scheduleFromRow(row);
    },
    async list(filter, request) {
      const query = {
        table: "schedules",
        columns: "*",
        branches: [predicate(filter)],
        key: sortKey(request.sort),
        bytes: "octet_length(input)",
      };
      const page = readPage<ScheduleRow>(sql, query, request);
      return { items: page.items.map(scheduleFromRow), nextCursor: page.nextCursor };
    },
    async count(filter) {
      const { where, values } = predicate(filter);
      return sql.get<{ n: number }>(`SELECT count(*) AS n FROM schedules WHERE ${where}`, ...values)?.n ?? 0;
    },
    update: (id, patch, plan, pausedReason) =>
      writer.write((tx) => updateSchedule(tx, id, patch, plan, pausedReason ?? null)),
    delete: (id) =>
      writer.write((tx) => {
        const schedule = mustRead(tx, id);
        tx.sql.run("DELETE FROM schedules WHERE id = ?", id);
        tx.emit({ type: "schedule.deleted", time: tx.now, taskId: schedule.taskId, scheduleId: id });
      }),
    fireDue: (limit, plan) => writer.write((tx) => fireDue(tx, limit, plan)),
    replanAhead: (aheadMs, plan) => writer.write((tx) => replanAhead(tx, aheadMs, plan)),
    async nextDueAt() {
      const row = sql.get<{ due: number | null }>(
        "SELECT min(due_at) AS due FROM schedules INDEXED BY schedules_due WHERE enabled = 1 AND due_at IS NOT NULL",
      );
      return row?.due ?? null;
    },
    trigger: (id, inputJson) =>
      writer.write((tx) => {
        const schedule = mustRead(tx, id);
        let fireAt = tx.now;
        while (readFiring(tx, id, "manual", fireAt) !== undefined) fireAt += 1;
        const input = inputJson ?? schedule.inputJson;
        return enqueueFiring(tx, {
          schedule: { ...schedule, inputJson: input },
          kind: "manual",
          fireAt,
          note: "by hand",
        });
      }),
    backfill: (id, times, overlap) =>
      writer.write((tx) => {
        const schedule = mustRead(tx, id);
        const round = beginRound(tx, { schedule, overlap, note: "backfill", again: true });
        return times.flatMap((time) => {
          const before = readFiring(tx, id, "planned", time);
          if (before?.status === "enqueued") return [];
          applyFiring(tx, round, time);
          const after = readFiring(tx, id, "planned", time);
          return after === undefined ? [] : [firingFromRow(after)];
        });
      }),
    firings: async (id, limit, after) => listFirings(sql, id, limit, after),
  };
}

function sortKey(sort: ScheduleSort | "created" | undefined): SortKey | undefined {
  if (sort === "name") return { name: sort, expression: "name" };
  // Those that will not fire are as if they fired after all others.
  return sort === "next" ? { name: sort, expression: "iif(enabled, coalesce(next_at, 9e15), 9e15)" } : undefined;
}

function predicate(filter: ScheduleFilter): Predicate {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  if (filter.taskId !== undefined) {
    parts.push("task_id = ?");
    values.push(filter.taskId);
  }
  if (filter.enabled !== undefined) {
    parts.push("enabled = ?");
    values.push(filter.enabled ? 1 : 0);
  }
  return { where: parts.length === 0 ? "TRUE" : parts.join(" AND "), values };
}

function readSchedule(sql: Sql, id: number): Schedule | undefined {
  const row = sql.get<ScheduleRow>("SELECT * FROM schedules WHERE id = ?", id);
  return row === undefined ? undefined : scheduleFromRow(row);
}

function mustRead(tx: Tx, id: number): Schedule {
  const schedule = readSchedule(tx.sql, id);
  if (schedule === undefined) throw noSchedule(id);
  return schedule;
}

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

function createSchedule(
  tx: Tx,
  input: NewSchedule,
  plan: (id: number, createdAt: number) => NextFiringTime | null,
): Schedule {
  const schedule: Omit<Schedule, "id"> = {
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
    createdAt: tx.now,
    updatedAt: tx.now,
  };
  const bound = values(schedule, null);
  const { id } = named(schedule.name, () =>
    tx.sql.run(
      `INSERT INTO schedules (${COLUMNS}, created_at) VALUES (${bound.map(() => "?").join(", ")}, ?)`,
      ...bound,
      tx.now,
    ),
  );
  // Its jitter is drawn from its id, which is known only now.
  const next = plan(id, tx.now);
  tx.sql.run("UPDATE schedules SET next_at = ?, due_at = ? WHERE id = ?", next?.at ?? null, next?.dueAt ?? null, id);
  tx.emit({ type: "schedule.created", time: tx.now, taskId: schedule.taskId, scheduleId: id });
  return { id, ...schedule, nextAt: next?.at ?? null };
}

function updateSchedule(
  tx: Tx,
  id: number,
  patch: SchedulePatch,
  plan: (schedule: Schedule, now: number) => NextFiringTime | null,
  pausedReason: string | null,
): Schedule {
  const row = tx.sql.get<ScheduleRow>("SELECT * FROM schedules WHERE id = ?", id);
  const old = mustRead(tx, id);
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
    // A new time to come takes up a schedule that had none left.
    schedule.enabled = true;
    schedule.pausedReason = null;
  }
  const bound = values(schedule, next);
  named(schedule.name, () =>
    tx.sql.run(`UPDATE schedules SET (${COLUMNS}) = (${bound.map(() => "?").join(", ")}) WHERE id = ?`, ...bound, id),
  );
  tx.emit({ type: "schedule.updated", time: tx.now, taskId: schedule.taskId, scheduleId: id });
  if (schedule.enabled) releaseBuffered(tx, id);
  return schedule;
}

/** Whether a change leaves the next firing as it is: then one that is due and not yet made must not be lost. */
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
