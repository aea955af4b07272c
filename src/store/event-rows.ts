import type { EventType, NewEvent, RatchetEvent } from "../domain/events.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Sql, SqlValue } from "./connection.ts";

/** Rows of one statement: most of what a row of its own costs is the call. */
const CHUNK = 32;
const ROW = "(?, ?, ?, ?, ?, ?, ?)";

/** Stores events in order and gives them their ids. */
export function insertEvents(sql: Sql, events: readonly NewEvent[]): RatchetEvent[] {
  const stored: RatchetEvent[] = [];
  while (stored.length < events.length) {
    const rest = events.length - stored.length;
    insertChunk(sql, events.slice(stored.length, stored.length + (rest < CHUNK ? 1 : CHUNK)), stored);
  }
  return stored;
}

/** Only ever called with one event or {@link CHUNK} of them, so that there are two statements to keep. */
function insertChunk(sql: Sql, events: readonly NewEvent[], stored: RatchetEvent[]): void {
  const values: SqlValue[] = [];
  for (const {
    time,
    type,
    taskId = null,
    jobId = null,
    executionId = null,
    scheduleId = null,
    data = null,
  } of events) {
    values.push(time, type, taskId, jobId, executionId, scheduleId, data === null ? null : JSON.stringify(data));
  }
  const last = sql.run(
    `INSERT INTO events (time, type, task_id, job_id, execution_id, schedule_id, data)
     VALUES ${ROW}${`, ${ROW}`.repeat(events.length - 1)}`,
    ...values,
  ).id;
  events.forEach(
    ({ time, type, taskId = null, jobId = null, executionId = null, scheduleId = null, data = null }, i) => {
      // AUTOINCREMENT: the rows of one statement are numbered without gaps.
      stored.push({ id: last - events.length + 1 + i, time, type, taskId, jobId, executionId, scheduleId, data });
    },
  );
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
