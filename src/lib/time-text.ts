import { LATEST_TIME_MS } from "./clock.ts";

/** ISO 8601 with a time zone: without one it could mean any of 24 hours. */
const ISO_TIME = /^([+-]?\d{4,6})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)$/;

/** The forms that {@link parseTime} takes, for error messages. */
export const TIME_FORMS = "a time with zone in ISO 8601, such as 2026-03-29T06:00:00Z, or a number of ms since 1970";

/** Reads a time. @returns ms since the epoch, undefined when it is none */
export function parseTime(value: string | number): number | undefined {
  const ms = typeof value === "number" ? value : /^\d{1,16}$/.test(value) ? Number(value) : isoTime(value);
  return Number.isInteger(ms) && ms >= 0 && ms <= LATEST_TIME_MS ? ms : undefined;
}

function isoTime(text: string): number {
  const [, year, month, day] = ISO_TIME.exec(text) ?? [];
  // A day that the month does not have would count on into the next one.
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return midnight.getUTCDate() === Number(day) ? Date.parse(text) : Number.NaN;
}

/** A time as the server tells it: ISO 8601 in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** The same for a time that may not have come. */
export function timeTextOrNull(ms: number | null): string | null {
  return ms === null ? null : timeText(ms);
}
