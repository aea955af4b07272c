import type { EventType, NewEvent, RatchetEvent } from "../domain/events.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Sql } from "./connection.ts";
import { insertRows } from "./insert-rows.ts";

/** Stores events in order and gives them their ids. */
export function insertEvents(sql: Sql, events: readonly NewEvent[]): RatchetEvent[] {
  const full = events.map(
    ({ time, type, taskId = null, jobId = null, executionId = null, scheduleId = null, data = null }) => {
      return { time, type, taskId, jobId, executionId, scheduleId, data };
    },
  );
  const ids = insertRows(
    sql,
    "events (time, type, task_id, job_id, execution_id, schedule_id, data)",
    "(?, ?, ?, ?, ?, ?, ?)",
    full.map(({ time, type, taskId, jobId, executionId, scheduleId, data }) => {
      return [time, type, taskId, jobId, executionId, scheduleId, data === null ? null : JSON.stringify(data)];
    }),
  );
  return full.map((event, index) => ({ id: ids[index] ?? 0, ...event }));
}

/** A row of `events`. */
export interface EventRow {
  id: number;
  time: number;
  type: EventType;
  task_id: number | null;
  job_id: number | null;
  execution_id: number | null;
  schedule_id: number | null;
  data: string | null;
}

export function eventFromRow(row: EventRow): RatchetEvent {
  return {
    id: row.id,
    time: row.time,
    type: row.type,
    taskId: row.task_id,
    jobId: row.job_id,
    executionId: row.execution_id,
    scheduleId: row.schedule_id,
    data: row.data === null ? null : (JSON.parse(row.data) as JsonValue),
  };
}
