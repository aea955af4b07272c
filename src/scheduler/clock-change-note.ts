import type { CronTimes } from "./cron-times.ts";
import type { ZoneClock } from "./time-zone.ts";

const MINUTE_MS = 60_000;
/** No change of the clocks is larger than this, except those that skip or repeat a day (Apia, 2011). */
const NEAR_MS = 180 * MINUTE_MS;
/** Maximum number of wall clock times that a note lists. */
const MAX_LISTED = 4;

/** A firing of a cron expression in a time zone. */
export interface CronFiring {
  cron: string;
  timezone: string;
  times: CronTimes;
  /** The clock of `timezone`. */
  zone: ZoneClock;
  /** Firing time, ms since the epoch. */
  at: number;
  /** The firing before it, or the start of the list, ms since the epoch. */
  previous: number;
}

/** Describes what a clock change near a firing moves, skips or doubles; undefined if there is no such change. */
export function clockChangeNote(firing: CronFiring): string | undefined {
  const { zone, previous, at } = firing;
  const passed = zone.nextChange(previous, at);
  if (passed !== undefined && passed.after > passed.before) {
    const note = gapNote(firing, passed);
    if (note !== undefined) return note;
  }
  // Equal wall clock times are near the change, one before and one after it.
  const near = zone.nextChange(at - NEAR_MS, at + NEAR_MS);
  return near === undefined || near.after > near.before ? undefined : overlapNote(firing, near);
}

/** A change of the clocks: its moment, and the minutes east of UTC before and after it. */
type ClockChange = NonNullable<ReturnType<ZoneClock["nextChange"]>>;

/** Describes skipped wall clock times when the clocks go forward. */
function gapNote({ cron, timezone, times, zone, at }: CronFiring, change: ClockChange): string | undefined {
  const start = change.at + change.before * MINUTE_MS;
  const end = change.at + change.after * MINUTE_MS;
  const absent = wallTimes(cron, times, start, end);
  if (absent.length === 0) return undefined;
  const wall = at + zone.offset(at) * MINUTE_MS;
  // A firing at a wall clock time that does not match the expression was moved here.
  const moved = times.next(cron, "UTC", wall - 1) !== wall;
  const what = `clocks go forward: ${listed(absent)} ${absent.length === 1 ? "does" : "do"} not exist on ${dayOf(start)} in ${timezone}`;
  return moved
    ? `${what}; fires at ${clockOf(wall)} instead`
    : `${what}; no separate firing for ${absent.length === 1 ? "it" : "them"}`;
}

/** Describes a wall clock time that occurs twice when the clocks go back. */
function overlapNote({ cron, timezone, times, zone, at }: CronFiring, change: ClockChange): string | undefined {
  const shiftMs = (change.before - change.after) * MINUTE_MS;
  const start = change.at + change.after * MINUTE_MS;
  const wall = at + zone.offset(at) * MINUTE_MS;
  if (wall < start || wall >= start + shiftMs) return undefined;
  const isFirst = at < change.at;
  const twin = isFirst ? at + shiftMs : at - shiftMs;
  const twice = times.next(cron, timezone, twin - 1) === twin;
  const which = isFirst ? "first" : "second";
  const what = `clocks go back: ${clockOf(wall)} occurs twice on ${dayOf(wall)} in ${timezone}`;
  return twice ? `${what}; fires both times, this is the ${which}` : `${what}; fires the ${which} time only`;
}

/** Returns the wall clock times, as if they were UTC, at which the expression would fire in [from, to). */
function wallTimes(cron: string, times: CronTimes, from: number, to: number): number[] {
  const found: number[] = [];
  let at = times.next(cron, "UTC", from - 1);
  while (at !== null && at < to && found.length <= MAX_LISTED) {
    found.push(at);
    at = times.next(cron, "UTC", at);
  }
  return found;
}

const clockOf = (wall: number): string => new Date(wall).toISOString().slice(11, 19).replace(/:00$/, "");
const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

function listed(walls: readonly number[]): string {
  const names = walls.slice(0, MAX_LISTED).map(clockOf).join(", ");
  return walls.length > MAX_LISTED ? `${names} and others` : names;
}
