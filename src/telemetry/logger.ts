import type { JsonValue } from "../domain/json.ts";

/** How severe a message is. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** From this level on messages are written; `silent` writes none. */
export type LogThreshold = LogLevel | "silent";

const LEVELS: readonly LogThreshold[] = ["debug", "info", "warn", "error", "silent"];

/** Facts that go with a message; those that are undefined are left out. */
export type LogFields = Readonly<Record<string, JsonValue | undefined>>;

/** One message. */
export interface LogRecord {
  level: LogLevel;
  /** ms since the epoch. */
  time: number;
  message: string;
  fields: LogFields;
}

/** Where the program says what it does. Errors are described, not thrown: logging never fails a caller. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** @param write gets what is to be seen; the command line decides about form and stream */
export function createLogger(threshold: LogThreshold, write: (record: LogRecord) => void): Logger {
  const least = LEVELS.indexOf(threshold);
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(level) >= least) write({ level, time: Date.now(), message, fields });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** An error for logs: its chain of messages, private causes included. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at !== undefined && parts.length < 8; at = at instanceof Error ? at.cause : undefined) {
    parts.push(at instanceof Error ? at.message : String(at));
  }
  return parts.join(": ");
}
