import { LATEST_TIME_MS } from "./clock.ts";

/** ISO 8601 with a time zone. Without a zone the time would be ambiguous. */
const ISO_TIME = /^([+-]?\d{4,6})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

/** The forms that {@link parseTime} accepts, for error messages. */
export const TIME_FORMS =
  "a time with a time zone in ISO 8601, such as 2026-03-29T06:00:00Z, or a number of ms since 1970";

/** Parses a time. @returns ms since the epoch, undefined for an invalid time */
export function parseTime(value: string | number): number | undefined {
  const ms = typeof value === "number" ? value : /^\d{1,16}$/.test(value) ? Number(value) : isoTime(value);
  return Number.isInteger(ms) && ms >= 0 && ms <= LATEST_TIME_MS ? ms : undefined;
}

function isoTime(text: string): number {
  const [, year, month, day] = ISO_TIME.exec(text) ?? [];
  // A day beyond the end of the month would roll over to the next month.
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return midnight.getUTCDate() === Number(day) ? Date.parse(text) : Number.NaN;
}

/** Formats a time the way the server sends it: ISO 8601 in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** Does the same for an optional time. */
export function timeTextOrNull(ms: number | null): string | null {
  return ms === null ? null : timeText(ms);
}
