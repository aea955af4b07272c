import { noSchedule } from "../../domain/not-found.ts";
import type { Schedule } from "../../domain/schedule.ts";
import type { Page, SortedPageRequest } from "../contract/page.ts";
import type { ScheduleFilter, ScheduleSort } from "../contract/schedules.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { readPage, type SortKey } from "./keyset.ts";
import { addLabels } from "./label-conditions.ts";
import type { Predicate } from "./predicate.ts";
import { type ScheduleRow, scheduleFromRow } from "./schedule-rows.ts";

export function readSchedule(sql: Sql, id: number): Schedule | undefined {
  const row = sql.get<ScheduleRow>("SELECT * FROM schedules WHERE id = ?", id);
  return row === undefined ? undefined : scheduleFromRow(row);
}

/** @throws {RatchetError} SCHEDULE_NOT_FOUND */
export function existingSchedule(sql: Sql, id: number): Schedule {
  const schedule = readSchedule(sql, id);
  if (schedule === undefined) throw noSchedule(id);
  return schedule;
}

export function readScheduleByName(sql: Sql, name: string): Schedule | undefined {
  const row = sql.get<ScheduleRow>("SELECT * FROM schedules WHERE name = ?", name);
  return row === undefined ? undefined : scheduleFromRow(row);
}

/** One page of schedules. */
export function listSchedules(
  sql: Sql,
  filter: ScheduleFilter,
  request: SortedPageRequest<ScheduleSort>,
): Page<Schedule> {
  const query = {
    table: "schedules",
    columns: "*",
    branches: [predicate(filter)],
    key: sortKey(request.sort),
    bytes: "octet_length(input)",
  };
  const page = readPage<ScheduleRow>(sql, query, request);
  return { items: page.items.map(scheduleFromRow), nextCursor: page.nextCursor };
}

/** Number of schedules that match. */
export function countSchedules(sql: Sql, filter: ScheduleFilter): number {
  const { where, values } = predicate(filter);
  return sql.get<{ n: number }>(`SELECT count(*) AS n FROM schedules WHERE ${where}`, ...values)?.n ?? 0;
}

/** When the next schedule is due, ms since the epoch. */
export function nextDueAt(sql: Sql): number | null {
  const row = sql.get<{ due: number | null }>(
    "SELECT min(due_at) AS due FROM schedules INDEXED BY schedules_due WHERE enabled = 1 AND due_at IS NOT NULL",
  );
  return row?.due ?? null;
}

function sortKey(sort: ScheduleSort | "created" | undefined): SortKey | undefined {
  if (sort === "name") return { name: sort, expression: "name" };
  // Schedules that will not fire come after all others.
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
  addLabels(parts, values, filter.labels);
  return { where: parts.length === 0 ? "TRUE" : parts.join(" AND "), values };
}
