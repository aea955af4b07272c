import { LOG_LEVELS, type LogEntry } from "../../domain/execution.ts";
import type { LogLine, NewLogMessage } from "../contract/logs.ts";
import type { Sql, SqlValue } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { insertRows } from "./insert-rows.ts";

/** A row of `logs` with what belongs to it, as {@link LOG_SELECT} gives it. */
export interface LogRow {
  id: number;
  time: number;
  level: number;
  message: string;
  task_id: number | null;
  task: string | null;
  job_id: number | null;
  execution_id: number | null;
  trace_id: string | null;
  seq: number | null;
}

/**
 * Reads lines with the label of their task and the ids of their job and trace. A condition on `l` has to follow. The trace is
 * that of the job if there is one: an execution has it behind its output.
 */
export const LOG_SELECT = `SELECT l.id, l.time, l.level, l.message, l.task_id, t.label AS task,
    coalesce(l.job_id, e.job_id) AS job_id, l.execution_id, coalesce(l.trace_id, j.trace_id, e.trace_id) AS trace_id,
    l.seq
  FROM logs l LEFT JOIN tasks t ON t.id = l.task_id LEFT JOIN executions e ON e.id = l.execution_id
    LEFT JOIN jobs j ON j.id = coalesce(l.job_id, e.job_id)`;

export function lineFromRow(row: LogRow): LogLine {
  return {
    id: row.id,
    time: row.time,
    level: LOG_LEVELS[row.level] ?? "error",
    message: row.message,
    taskId: row.task_id,
    task: row.task,
    jobId: row.job_id,
    executionId: row.execution_id,
    traceId: row.trace_id,
    seq: row.seq,
  };
}

const COLUMNS = "logs (time, level, task_id, execution_id, seq, job_id, trace_id, message)";
const ROW = "(?, ?, ?, ?, ?, ?, ?, ?)";

/** The execution that wrote console lines. */
export interface Writing {
  executionId: number;
  taskId: number;
  /** Number of the first line. */
  first: number;
}

/** Adds console lines, except those that are already stored. */
export function insertLogs(tx: Tx, { executionId, taskId, first }: Writing, logs: readonly LogEntry[]): void {
  if (logs.length === 0) return;
  const last = tx.sql.get<{ seq: number | null }>(
    "SELECT max(seq) AS seq FROM logs WHERE execution_id = ?",
    executionId,
  );
  const from = Math.max(first, (last?.seq ?? -1) + 1);
  const rows: SqlValue[][] = [];
  let bytes = 0;
  for (let at = from - first; at < logs.length; at++) {
    const { time, level, message } = logs[at] as LogEntry;
    rows.push([Math.round(time), LOG_LEVELS.indexOf(level), taskId, executionId, first + at, null, null, message]);
    bytes += Buffer.byteLength(message);
  }
  insertRows(tx.sql, COLUMNS, ROW, rows);
  tx.counters.addLogs(rows.length, bytes);
}

/** Adds messages of the server. */
export function insertMessages(tx: Tx, messages: readonly NewLogMessage[]): void {
  let bytes = 0;
  const rows = messages.map(({ time, level, message, taskId, executionId, jobId, traceId }) => {
    bytes += Buffer.byteLength(message);
    return [Math.round(time), LOG_LEVELS.indexOf(level), taskId, executionId, null, jobId, traceId, message];
  });
  insertRows(tx.sql, COLUMNS, ROW, rows);
  tx.counters.addLogs(rows.length, bytes);
}

/** Deletes the console lines of executions. @param executions a query of their ids with one value */
export function deleteLinesOf(tx: Tx, executions: string, value: number): void {
  const where = `execution_id IN (${executions}) AND seq IS NOT NULL`;
  const found = tx.sql.get<{ lines: number; bytes: number }>(
    `SELECT count(*) AS lines, coalesce(sum(octet_length(message)), 0) AS bytes FROM logs WHERE ${where}`,
    value,
  );
  if (found === undefined || found.lines === 0) return;
  tx.sql.run(`DELETE FROM logs WHERE ${where}`, value);
  tx.counters.addLogs(-found.lines, -found.bytes);
}

/** Reads lines after an id, in the order of their ids. */
export function readLinesAfter(sql: Sql, id: number, limit: number): LogLine[] {
  return sql.all<LogRow>(`${LOG_SELECT} WHERE l.id > ? ORDER BY l.id LIMIT ?`, id, limit).map(lineFromRow);
}
