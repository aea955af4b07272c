import { DEFAULT_LOCALE } from "./formatter-shelf.ts";

/** A stretch of time in which a time zone has one offset from UTC. */
export interface ZoneSpan {
  /** Local time minus UTC, ms. */
  offset: number;
  /** The name of the zone's time then, in English. */
  name: string;
  /** When the stretch begins and when it has ended, ms since the epoch; null if it has no end there. */
  from: number | null;
  until: number | null;
}

/** The range of Date, ms. */
const MAX_TIME = 8.64e15;
const SECONDS_PER_DAY = 86_400;

/** Returns the stretch around a time, ms since the epoch. Times beyond the range of Date count as its ends. */
export function zoneSpan(timeZone: string, time: number): ZoneSpan {
  const clipped = Math.min(Math.max(Math.trunc(time) || 0, -MAX_TIME), MAX_TIME);
  const moment = Temporal.Instant.fromEpochMilliseconds(clipped).toZonedDateTimeISO(timeZone);
  const next = moment.getTimeZoneTransition("next");
  // The transition before the next moment may be this very one.
  const later = clipped === MAX_TIME ? moment : moment.add({ milliseconds: 1 });
  const previous = later.getTimeZoneTransition("previous");
  return {
    offset: moment.offsetNanoseconds / 1e6,
    name: zoneName(timeZone, clipped),
    from: previous?.epochMilliseconds ?? null,
    until: next?.epochMilliseconds ?? null,
  };
}

/**
 * Returns the offset from UTC at a local time, both in s: https://tc39.es/ecma262/#sec-utc-t. A local time that exists twice
 * counts as the earlier one, and one that is skipped by the offset before the change.
 */
export function localOffset(timeZone: string, localTime: number): number {
  const most = MAX_TIME / 1000 - SECONDS_PER_DAY;
  const clipped = Math.min(Math.max(Math.trunc(localTime) || 0, -most), most);
  const wallClock = Temporal.Instant.fromEpochMilliseconds(clipped * 1000)
    .toZonedDateTimeISO("UTC")
    .toPlainDateTime();
  return Math.trunc(wallClock.toZonedDateTime(timeZone, { disambiguation: "compatible" }).offsetNanoseconds / 1e9);
}

function zoneName(timeZone: string, time: number): string {
  const format = new Intl.DateTimeFormat(DEFAULT_LOCALE, { timeZone, timeZoneName: "long", era: "short" });
  return format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}
