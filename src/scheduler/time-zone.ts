import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";

/**
 * The IANA name of a time zone in its usual spelling. Fixed offsets such as +02:00 are refused: they have no daylight
 * saving, and people who write them rarely mean that.
 * @throws {RatchetError} SCHEDULE_INVALID, with the nearest name
 */
export function checkTimeZone(name: string): string {
  try {
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // Unknown: told below, with the nearest one.
  }
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  // Often only the city is given.
  const city = zones.find((zone) => zone.split("/").at(-1)?.toLowerCase() === name.toLowerCase().replaceAll(" ", "_"));
  const near = city ?? nearest(name, zones);
  throw new RatchetError("SCHEDULE_INVALID", `The time zone "${name.slice(0, 100)}" is not known.`, {
    data: { field: "timezone", ...(near === undefined ? {} : { nearest: near }) },
    remedy: near === undefined ? "Use an IANA name, such as Europe/Berlin or UTC." : `Did you mean ${near}?`,
  });
}

const MINUTE_MS = 60_000;

/** What turns moments into wall clock time, for one time zone. */
export interface ZoneClock {
  /** Minutes east of UTC at a moment. */
  offset(at: number): number;
  /** ISO 8601 with offset. */
  format(at: number): string;
  /** The next change of the offset in (from, to], or undefined. Exact to the second. */
  nextChange(from: number, to: number): { at: number; before: number; after: number } | undefined;
}

export function createZoneClock(timeZone: string): ZoneClock {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

  function offset(at: number): number {
    const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
    const wall = Date.UTC(
      Number(parts.year),
      Number(parts.month) - 1,
      Number(parts.day),
      Number(parts.hour),
      Number(parts.minute),
      Number(parts.second),
    );
    return Math.round((wall - Math.floor(at / 1_000) * 1_000) / MINUTE_MS);
  }

  return {
    offset,
    format(at) {
      const minutes = offset(at);
      const sign = minutes < 0 ? "-" : "+";
      const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
      const zone = `${sign}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
      const local = new Date(at + minutes * MINUTE_MS).toISOString();
      return (at % 1_000 === 0 ? local.slice(0, 19) : local.slice(0, -1)) + zone;
    },
    nextChange(from, to) {
      // Offsets change a few times a year at most, and never back within a week.
      const stride = 7 * 24 * 60 * MINUTE_MS;
      for (let low = from; low < to; low += stride) {
        const high = Math.min(low + stride, to);
        const before = offset(low);
        const after = offset(high);
        if (before !== after) return { at: bisect(low, high, before), before, after };
      }
      return undefined;
    },
  };

  function bisect(low: number, high: number, before: number): number {
    let [left, right] = [Math.floor(low / 1_000), Math.ceil(high / 1_000)];
    while (right - left > 1) {
      const middle = Math.floor((left + right) / 2);
      if (offset(middle * 1_000) === before) left = middle;
      else right = middle;
    }
    return right * 1_000;
  }
}
