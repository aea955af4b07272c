import type { JsonValue } from "../domain/json.ts";
import { messageOf } from "../domain/unknown-error.ts";

/** Levels in ascending order. A threshold of `silent` writes nothing. */
const THRESHOLDS = ["debug", "info", "warn", "error", "silent"] as const;

/** Lowest level that is written. */
export type LogThreshold = (typeof THRESHOLDS)[number];

/** Severity of a message. */
export type LogLevel = Exclude<LogThreshold, "silent">;

/** Fields of a message. Those that are undefined are omitted. */
export type LogFields = Readonly<Record<string, JsonValue | undefined>>;

/** One message. */
export interface LogRecord {
  level: LogLevel;
  /** ms since the epoch. */
  time: number;
  message: string;
  fields: LogFields;
}

/** The program's log. Its methods never throw, so logging never makes a caller fail. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** @param write writes the records that pass the threshold; the command line chooses format and stream */
export function createLogger(threshold: LogThreshold, write: (record: LogRecord) => void): Logger {
  const least = THRESHOLDS.indexOf(threshold);
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (THRESHOLDS.indexOf(level) >= least) write({ level, time: Date.now(), message, fields });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Formats an error for logs: its chain of messages, including private causes. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at !== undefined && parts.length < 8; at = at instanceof Error ? at.cause : undefined) {
    parts.push(messageOf(at));
  }
  return parts.join(": ");
}
