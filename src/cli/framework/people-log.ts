import { type ConsolaInstance, createConsola } from "consola/core";
import type { LogLevel } from "../../telemetry/logger.ts";
import { painter, printable, writeStderr } from "./output.ts";

/** A message for people. */
export interface PeopleMessage {
  level: LogLevel;
  text: string;
  /** ms since the epoch. */
  time: number;
  /** What else was passed, such as the fields of a log record. */
  more: unknown;
}

/**
 * Creates a consola instance with a single reporter. Consola's own reporters write to `process.stdout`, interpret `%s` in
 * messages, and let control characters pass. No message is dropped, however often it is repeated, because the caller
 * decides what to show.
 */
export function createPeopleLog(print: (message: PeopleMessage) => void): ConsolaInstance {
  return createConsola({
    level: Number.POSITIVE_INFINITY,
    throttle: 0,
    // Otherwise a clock that is set back would still throttle messages.
    throttleMin: Number.MAX_SAFE_INTEGER,
    reporters: [
      {
        log: ({ level, args: [text, more], date }) =>
          print({ level: LEVELS[level] ?? "debug", text: String(text), time: date.getTime(), more }),
      },
    ],
  });
}

/** Our levels by consola's. */
const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "info"];

/** Creates a log of notices for people, on standard error. Warnings are marked, everything else is plain. */
export function createNotices(): ConsolaInstance {
  const paint = painter("stderr");
  return createPeopleLog(({ level, text }) => {
    writeStderr(`${level === "warn" ? `${paint("yellow", "warning:")} ` : ""}${printable(text)}\n`);
  });
}
