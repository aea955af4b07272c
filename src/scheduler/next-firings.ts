import type { NextFiring } from "../domain/schedule.ts";
import type { CronTimes } from "./cron-times.ts";
import { createZoneClock, type ZoneClock } from "./time-zone.ts";
import { nextTime, type Planned } from "./timing.ts";

/** Largest number of upcoming firings in one list. */
export const MAX_NEXT = 1_000;

const MINUTE_MS = 60_000;
/** No change of the clocks is larger than this, except those that skip or repeat a day (Apia, 2011). */
const NEAR_MS = 180 * MINUTE_MS;
/** The most wall clock times that a note names. */
const NAMED = 4;

/**
 * Returns the next firings after `after`. If a clock change moves, skips or doubles some, the first firing after the
 * change has a note.
 * @example
 * ```ts
 * import { createCronTimes } from "./cron-times.ts";
 *
 * const timing = { kind: "cron", cron: "30 2 * * *", timezone: "Europe/Berlin" } as const;
 * const schedule = { id: 1, timing, startAt: null, endAt: null, jitterMs: 0, createdAt: 0 };
 * const beforeTheGap = Date.parse("2026-03-28T12:00:00Z");
 * const [moved, usual] = nextFirings(schedule, createCronTimes(), beforeTheGap, 2);
 * moved?.local; // => "2026-03-29T03:00:00+02:00"
 * usual?.local; // => "2026-03-30T02:30:00+02:00"
 * ```
 */
export function nextFirings(schedule: Planned, times: CronTimes, after: number, count: number): NextFiring[] {
  const { timing } = schedule;
  const zone = createZoneClock(timing.kind === "cron" ? timing.timezone : "UTC");
  const firings: NextFiring[] = [];
  // Starts before the first firing, so that it can have a note about a change just before it.
  let previous = Math.max(after, (schedule.startAt ?? 0) - 1);
  while (firings.length < Math.min(count, MAX_NEXT)) {
    const at = nextTime(schedule, times, previous);
    if (at === null) break;
    const note = timing.kind === "cron" ? noteOf(timing, times, zone, previous, at) : undefined;
    firings.push({ at, local: zone.format(at), ...(note === undefined ? {} : { note }) });
    previous = at;
  }
  return firings;
}

function noteOf(
  timing: { cron: string; timezone: string },
  times: CronTimes,
  zone: ZoneClock,
  previous: number,
  at: number,
): string | undefined {
  const passed = zone.nextChange(previous, at);
  if (passed !== undefined && passed.after > passed.before) {
    const note = gapNote(timing, times, zone, passed.at, passed.before, passed.after - passed.before, at);
    if (note !== undefined) return note;
  }
  // Equal wall clock times are near the change, one before and one after it.
  const near = zone.nextChange(at - NEAR_MS, at + NEAR_MS);
  if (near === undefined || near.after > near.before) return undefined;
  return overlapNote(timing, times, zone, near.at, near.after, near.before - near.after, at);
}

/** Returns the wall clock times, as if they were UTC, at which the expression would fire in [from, to). */
function wallTimes(cron: string, times: CronTimes, from: number, to: number): number[] {
  const found: number[] = [];
  let at = times.next(cron, "UTC", from - 1);
  while (at !== null && at < to && found.length <= NAMED) {
    found.push(at);
    at = times.next(cron, "UTC", at);
  }
  return found;
}

const clockOf = (wall: number): string => new Date(wall).toISOString().slice(11, 19).replace(/:00$/, "");
const dayOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

function listed(walls: readonly number[]): string {
  const names = walls.slice(0, NAMED).map(clockOf).join(", ");
  return walls.length > NAMED ? `${names} and others` : names;
}

/** Describes skipped wall clock times when the clocks go forward. */
function gapNote(
  { cron, timezone }: { cron: string; timezone: string },
  times: CronTimes,
  zone: ZoneClock,
  changeAt: number,
  before: number,
  shift: number,
  at: number,
): string | undefined {
  const start = changeAt + before * MINUTE_MS;
  const end = start + shift * MINUTE_MS;
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
function overlapNote(
  { cron, timezone }: { cron: string; timezone: string },
  times: CronTimes,
  zone: ZoneClock,
  changeAt: number,
  after: number,
  shift: number,
  at: number,
): string | undefined {
  const start = changeAt + after * MINUTE_MS;
  const wall = at + zone.offset(at) * MINUTE_MS;
  if (wall < start || wall >= start + shift * MINUTE_MS) return undefined;
  const isFirst = at < changeAt;
  const twin = isFirst ? at + shift * MINUTE_MS : at - shift * MINUTE_MS;
  const twice = times.next(cron, timezone, twin - 1) === twin;
  const which = isFirst ? "first" : "second";
  const what = `clocks go back: ${clockOf(wall)} occurs twice on ${dayOf(wall)} in ${timezone}`;
  return twice ? `${what}; fires both times, this is the ${which}` : `${what}; fires the ${which} time only`;
}
