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
 * A consola instance with one reporter, which writes in place of consola's own: those write to `process.stdout`, put `%s`
 * in messages into effect, and let control characters pass. No message is dropped, however often it comes; what is to be
 * seen was decided before.
 */
export function createPeopleLog(print: (message: PeopleMessage) => void): ConsolaInstance {
  return createConsola({
    level: Number.POSITIVE_INFINITY,
    throttle: 0,
    // A clock that is set back would throttle all the same.
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

/** Notices to whoever sits at the terminal, on standard error: warnings are marked, the rest is plain. */
export function createNotices(): ConsolaInstance {
  const paint = painter("stderr");
  return createPeopleLog(({ level, text }) => {
    writeStderr(`${level === "warn" ? `${paint("yellow", "warning:")} ` : ""}${printable(text)}\n`);
  });
}
