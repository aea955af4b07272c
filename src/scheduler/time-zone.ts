import { RatchetError } from "../domain/errors.ts";
import { LATEST_TIME_MS } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import { nearest } from "../lib/nearest.ts";

/**
 * Returns the IANA name of a time zone in its usual spelling. Fixed offsets such as +02:00 are rejected: they have no
 * daylight saving time, and people who write them rarely mean that.
 * @throws {RatchetError} SCHEDULE_INVALID, with the nearest name
 */
export function checkTimeZone(name: string): string {
  try {
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // Unknown: reported below, with the nearest name.
  }
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  // People often give only the city.
  const city = name.slice(0, LONGEST_SHOWN).toLowerCase().replaceAll(" ", "_");
  const cityZone = zones.find((zone) => zone.split("/").at(-1)?.toLowerCase() === city);
  const near = offsetZone(name) ?? cityZone ?? nearest(name, zones);
  throw new RatchetError("SCHEDULE_INVALID", `The time zone "${name.slice(0, LONGEST_SHOWN)}" is unknown.`, {
    data: defined({ field: "timezone", nearest: near }),
    remedy: near === undefined ? "Use an IANA name, such as Europe/Berlin or UTC." : `Did you mean ${near}?`,
  });
}

/** Maximum length of an unknown name that a message shows, characters. */
const LONGEST_SHOWN = 100;

const MINUTE_MS = 60_000;

/** A period in which a zone's offset from UTC stays the same. */
export interface ZoneSpan {
  /** First moment, ms since the epoch; -Infinity if there is no earlier change. */
  from: number;
  /** First moment after it; Infinity if there is no later change. */
  to: number;
  /** Wall clock time minus UTC, ms. */
  offsetMs: number;
}

/** Converts moments to the wall clock time of one time zone. */
export interface ZoneClock {
  /** Returns the span that contains a moment. */
  span(at: number): ZoneSpan;
  /** Returns the minutes east of UTC at a moment. */
  offset(at: number): number;
  /** Formats a moment as ISO 8601 with offset. */
  format(at: number): string;
  /** Returns the next change of the offset in (from, to], or undefined. */
  nextChange(from: number, to: number): { at: number; before: number; after: number } | undefined;
}

/** Number of spans kept: callers usually ask about neighbouring moments next. */
const KEPT_SPANS = 8;

/** @param timeZone has been checked */
export function createZoneClock(timeZone: string): ZoneClock {
  const kept: ZoneSpan[] = [];

  function span(at: number): ZoneSpan {
    const found = kept.find(({ from, to }) => from <= at && at < to);
    if (found !== undefined) return found;
    const made = readSpan(timeZone, at);
    if (kept.push(made) > KEPT_SPANS) kept.shift();
    return made;
  }

  const offset = (at: number): number => Math.round(span(at).offsetMs / MINUTE_MS);

  return {
    span,
    offset,
    format(at) {
      const minutes = offset(at);
      const sign = minutes < 0 ? "-" : "+";
      const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
      const zone = `${sign}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
      const local = new Date(at + minutes * MINUTE_MS).toISOString();
      return local.replace(/(\.000)?Z$/, "") + zone;
    },
    nextChange(from, to) {
      const before = span(from);
      if (before.to > to) return undefined;
      return { at: before.to, before: offset(from), after: offset(before.to) };
    },
  };
}

function readSpan(timeZone: string, at: number): ZoneSpan {
  const moment = (ms: number) => {
    const within = Math.max(-LATEST_TIME_MS, Math.min(LATEST_TIME_MS, ms));
    return Temporal.Instant.fromEpochMilliseconds(within).toZonedDateTimeISO(timeZone);
  };
  const here = moment(at);
  // "Previous" excludes the given moment, so asking from the next one includes a change at this very moment.
  const from = moment(at + 1).getTimeZoneTransition("previous")?.epochMilliseconds ?? Number.NEGATIVE_INFINITY;
  const to = here.getTimeZoneTransition("next")?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  return { from, to, offsetMs: here.offsetNanoseconds / 1_000_000 };
}

/** Returns the zone that people mean by UTC+2 or GMT+2. The names in Etc/ have the sign of POSIX, the opposite one. */
function offsetZone(name: string): string | undefined {
  const [, sign, hours] = /^(?:GMT|UTC)([+-])0?(\d{1,2})(?::?00)?$/i.exec(name.trim()) ?? [];
  if (sign === undefined || Number(hours) > (sign === "+" ? 14 : 12)) return undefined;
  return Number(hours) === 0 ? "UTC" : `Etc/GMT${sign === "+" ? "-" : "+"}${hours}`;
}
