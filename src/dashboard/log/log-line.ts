/** The levels of lines, the least urgent first. */
export const LEVELS = ["debug", "info", "warn", "error"] as const;

/** The level of a line. */
export type Level = (typeof LEVELS)[number];

/** A line of a task's console. */
export interface LogLine {
  /** Its number within the execution, from 0. */
  readonly seq: number;
  readonly level: Level;
  readonly message: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Which lines are shown. */
export interface LogFilter {
  /** Lines of this level and the ones above; "" for all. */
  readonly level: Level | "";
  /** A text that lines contain, with the same case, as the server compares it. */
  readonly text: string;
}

/** Returns true if all lines are shown. */
export function showsAll({ level, text }: LogFilter): boolean {
  return level === "" && text === "";
}

/** Returns true if a line is shown. */
export function isShown({ level, message }: LogLine, filter: LogFilter): boolean {
  if (filter.level !== "" && LEVELS.indexOf(level) < LEVELS.indexOf(filter.level)) return false;
  return filter.text === "" || message.includes(filter.text);
}

/** Returns a line as text, as it is copied. */
export function lineText({ time, level, message }: LogLine): string {
  return `${time} ${level.padEnd(5)} ${message}`;
}
