import type { LogRecord } from "../../../telemetry/logger.ts";
import { jsonLine, painter, printable } from "../../framework/output.ts";
import { areOnePlace, createLogStream } from "./log-stream.ts";

/** Where a server's messages go. */
export interface LogWriter {
  record(record: LogRecord): void;
  /** Writes text to standard output, in order with the messages there. */
  text(text: string): void;
  /** Resolves when everything is written, at the latest after `limitMs`. */
  flush(limitMs: number): Promise<void>;
}

/**
 * Writes a server's messages: text for people, or one JSON object a line. What is wrong goes to standard error, the
 * rest to standard output: a server's messages are what it puts out, and standard error stays empty when all is well.
 */
export async function createLogWriter(asText: boolean): Promise<LogWriter> {
  const format = asText ? textLine : jsonRecord;
  const lost = (lines: number) => {
    return format({ level: "warn", time: Date.now(), message: "messages were not read in time", fields: { lines } });
  };
  const output = createLogStream(1, lost);
  // Two streams into one pipe could part each other's lines while it is full.
  const errors = areOnePlace() ? output : createLogStream(2, lost);
  const write = (record: LogRecord) => {
    (record.level === "warn" || record.level === "error" ? errors : output).write(format(record));
  };
  return {
    record: asText ? await peopleRecords(write) : write,
    text: output.write,
    async flush(limitMs) {
      await Promise.all([output.flush(limitMs), errors.flush(limitMs)]);
    },
  };
}

/** Records for people pass through consola; for machines, consola is not even loaded. */
async function peopleRecords(write: (record: LogRecord) => void): Promise<(record: LogRecord) => void> {
  const { createPeopleLog } = await import("../../framework/people-log.ts");
  const log = createPeopleLog(({ level, text, time, more }) => {
    write({ level, time, message: text, fields: more as LogRecord["fields"] });
  });
  return ({ level, time, message, fields }) => log[level]({ args: [message, fields], date: new Date(time) });
}

function jsonRecord({ level, time, message, fields }: LogRecord): string {
  return jsonLine({ time: new Date(time).toISOString(), level, message, ...fields });
}

function textLine({ level, time, message, fields }: LogRecord): string {
  const wrong = level === "warn" || level === "error";
  const paint = painter(wrong ? "stderr" : "stdout");
  const clock = new Date(time).toTimeString().slice(0, 8);
  const style = level === "error" ? "red" : level === "warn" ? "yellow" : "dim";
  const facts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const tail = facts.length === 0 ? "" : paint("dim", printable(facts.join("")));
  return `${paint("dim", clock)} ${paint(style, level.padEnd(5))} ${printable(message)}${tail}\n`;
}
