import type { EventType, ExecutionStep, NewEvent, RatchetEvent } from "../../domain/events.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Sql } from "./connection.ts";
import { insertRows } from "./insert-rows.ts";

/**
 * Stores events in order and assigns their ids. An event of a job and the event of its execution share a row, so that
 * the second costs only an id. The row has the higher id of the two.
 */
export function insertEvents(sql: Sql, events: readonly NewEvent[]): RatchetEvent[] {
  if (events.length === 0) return [];
  const stored: RatchetEvent[] = [];
  let id = sql.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'events'")?.seq ?? 0;
  insertRows(
    sql,
    "events (id, time, type, task_id, job_id, execution_id, schedule_id, scheduled_at, data, execution)",
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    events.map((event) => {
      const { time, type, taskId = null, jobId = null, executionId = null, scheduleId = null, data = null } = event;
      const { scheduledAt = null, execution = null } = event;
      id += execution === null ? 1 : 2;
      addEvents(stored, { id, time, type, taskId, jobId, executionId, scheduleId, scheduledAt, data }, execution);
      const facts = data === null ? null : JSON.stringify(data);
      return [id, time, type, taskId, jobId, executionId, scheduleId, scheduledAt, facts, execution];
    }),
  );
  return stored;
}

/** A row of `events`. */
interface EventRow {
  id: number;
  time: number;
  type: EventType;
  task_id: number | null;
  job_id: number | null;
  execution_id: number | null;
  schedule_id: number | null;
  scheduled_at: number | null;
  data: string | null;
  execution: ExecutionStep | null;
}

/** Reads stored events after `id`, oldest first. */
export function readEvents(sql: Sql, id: number, limit: number): RatchetEvent[] {
  const events: RatchetEvent[] = [];
  for (const row of sql.all<EventRow>("SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?", id, limit)) {
    addEventsOfRow(events, row);
  }
  // A reader that has the first event of a row still gets the second.
  return events.filter((event) => event.id > id).slice(0, limit);
}

/** Adds the one or two events of a row. */
function addEventsOfRow(events: RatchetEvent[], row: EventRow): void {
  const event: RatchetEvent = {
    id: row.id,
    time: row.time,
    type: row.type,
    taskId: row.task_id,
    jobId: row.job_id,
    executionId: row.execution_id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    data: row.data === null ? null : (JSON.parse(row.data) as JsonValue),
  };
  addEvents(events, event, row.execution);
}

/** A job starts before its execution, and its execution ends before it. */
function addEvents(events: RatchetEvent[], event: RatchetEvent, execution: ExecutionStep | null): void {
  if (execution === null) events.push(event);
  else if (execution === "started") {
    events.push({ ...event, id: event.id - 1 }, { ...event, type: "execution.started" });
  } else events.push({ ...event, id: event.id - 1, type: `execution.${execution}` }, event);
}
