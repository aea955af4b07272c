import type { LogLine } from "../../../store/contract/logs.ts";
import type { LogFields, LogRecord } from "../../../telemetry/logger.ts";
import { jsonLine, type Paint, painter, printable } from "../../framework/output.ts";

/** Formats a message as a line of JSON. */
export function jsonRecord({ level, time, message, fields }: LogRecord): string {
  return jsonLine({ time: new Date(time).toISOString(), level, message, ...fields });
}

/** Formats a message for people who watch the server. */
export function textLine(record: LogRecord): string {
  const wrong = record.level === "warn" || record.level === "error";
  const clock = new Date(record.time).toTimeString().slice(0, 8);
  return formatted(record, clock, painter(wrong ? "stderr" : "stdout"));
}

/** Formats a message for people who read it later: with the date, and without colours. */
export function datedTextLine(record: LogRecord): string {
  return formatted(record, new Date(record.time).toISOString(), (_, text) => text);
}

function formatted({ level, message, fields }: LogRecord, clock: string, paint: Paint): string {
  const style = level === "error" ? "red" : level === "warn" ? "yellow" : "dim";
  const facts = factsOf(fields);
  const tail = facts === "" ? "" : paint("dim", printable(facts));
  return `${paint("dim", clock)} ${paint(style, level.padEnd(5))} ${printable(message)}${tail}\n`;
}

/** Values that could be mistaken for further facts are quoted. */
function factsOf(fields: LogFields): string {
  let text = "";
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    text += ` ${key}=${typeof value === "string" && !/[\s="]/.test(value) ? value : JSON.stringify(value)}`;
  }
  return text;
}

/** Formats a console line of a task as a line of JSON, with the same members as a message of the server. */
export function jsonTaskLine({ time, level, message, task, jobId, executionId, traceId }: LogLine): string {
  const ids = { task: task ?? undefined, jobId: jobId ?? undefined, executionId: executionId ?? undefined };
  return jsonLine({ time: new Date(time).toISOString(), level, message, ...ids, traceId: traceId ?? undefined });
}

/** Formats a console line of a task for people. What it belongs to comes first, where no text of the task can be. */
export function textTaskLine({ time, level, message, task, jobId, executionId, traceId }: LogLine): string {
  const ids = factsOf({
    task: task ?? undefined,
    jobId: jobId ?? undefined,
    executionId: executionId ?? undefined,
    traceId: traceId ?? undefined,
  });
  const place = printable(`[${ids.slice(1)}]`);
  return `${new Date(time).toISOString()} ${level.padEnd(5)} ${place} ${printable(message)}\n`;
}
