import { Lru } from "../lib/lru.ts";
import { readCron } from "./cron-expression.ts";
import { createZoneClock, type ZoneClock } from "./time-zone.ts";
import { createWallTimes, LATEST_MS, type WallTimes } from "./wall-times.ts";

/** Firing times of cron expressions. Expressions and time zones have been checked. */
export interface CronTimes {
  /** Returns the first firing after `after`, ms since the epoch; null if it will not fire again. */
  next(cron: string, timezone: string, after: number): number | null;
  /** Returns the `count`-th firing before `before`, or the first one there was; `before` if there was none. */
  back(cron: string, timezone: string, before: number, count: number): number;
}

/** Number of parsed expressions kept. Each costs 0.15 ms and some kilobytes, and most schedules share a few. */
const KEPT = 512;
/** Number of time zones kept. Most servers use a few. */
const KEPT_ZONES = 64;

/** Neither an offset from UTC nor a change of the clocks exceeds this, ms. */
const WIDEST_MS = 26 * 60 * 60 * 1_000;

interface Parsed {
  fixed: boolean;
  zone: ZoneClock;
  walls: WallTimes;
}

/**
 * Computes firing times. {@link createWallTimes} finds the wall clock times that match, and one rule here converts them
 * to UTC. A fixed expression (see {@link readCron}) fires once for each matching time: at the first moment at which the
 * wall clock shows this time or a later one. For a skipped time, that is the end of the gap; for a time that occurs
 * twice, the first occurrence. All other expressions fire whenever the wall clock shows a matching time.
 */
export function createCronTimes(): CronTimes {
  const expressions = new Lru<string, Parsed>(KEPT, () => 1);
  const zones = new Lru<string, ZoneClock>(KEPT_ZONES, () => 1);

  function zoneOf(timezone: string): ZoneClock {
    let zone = zones.get(timezone);
    if (zone === undefined) {
      zone = createZoneClock(timezone);
      zones.set(timezone, zone);
    }
    return zone;
  }

  function parse(cron: string, timezone: string): Parsed {
    const key = `${timezone} ${cron}`;
    let parsed = expressions.get(key);
    if (parsed === undefined) {
      const { pattern, fixed } = readCron(cron);
      parsed = { fixed, zone: zoneOf(timezone), walls: createWallTimes(pattern) };
      expressions.set(key, parsed);
    }
    return parsed;
  }

  return {
    next(cron, timezone, after) {
      const parsed = parse(cron, timezone);
      const next = parsed.fixed ? nextFixed(parsed, after) : nextFollowing(parsed, after);
      return next !== null && next < LATEST_MS ? next : null;
    },
    back(cron, timezone, before, count) {
      const parsed = parse(cron, timezone);
      const previous = parsed.fixed ? previousFixed : previousFollowing;
      let at = before;
      for (let n = 0; n < count; n++) {
        const earlier = previous(parsed, at);
        if (earlier === null) break;
        at = earlier;
      }
      return at;
    },
  };
}

/**
 * Returns the latest time that the wall clock has shown up to a moment. While an hour repeats, that is not the current
 * time.
 */
function latestWall(zone: ZoneClock, at: number): number {
  let span = zone.span(at);
  let latest = at + span.offsetMs;
  while (span.from > at - WIDEST_MS) {
    const end = span.from;
    span = zone.span(end - 1);
    latest = Math.max(latest, end - 1 + span.offsetMs);
  }
  return latest;
}

/** Returns the first moment at which the wall clock shows `wall` or a later time. */
function firstMoment(zone: ZoneClock, wall: number): number {
  for (let span = zone.span(wall - WIDEST_MS); ; span = zone.span(span.to)) {
    const at = Math.max(span.from, wall - span.offsetMs);
    if (at < span.to) return at;
  }
}

function nextFixed({ zone, walls }: Parsed, after: number): number | null {
  const wall = walls.after(latestWall(zone, after));
  return wall === null ? null : firstMoment(zone, wall);
}

function previousFixed({ zone, walls }: Parsed, before: number): number | null {
  const wall = walls.before(latestWall(zone, before - 1) + 1);
  return wall === null ? null : firstMoment(zone, wall);
}

function nextFollowing({ zone, walls }: Parsed, after: number): number | null {
  let from = after;
  for (let span = zone.span(after); ; span = zone.span(span.to)) {
    const wall = walls.after(from + span.offsetMs);
    if (wall === null) return null;
    const at = wall - span.offsetMs;
    if (at < span.to) return at;
    // The moment of the change itself counts.
    from = span.to - 1;
  }
}

function previousFollowing({ zone, walls }: Parsed, before: number): number | null {
  let to = before;
  for (let span = zone.span(before - 1); ; span = zone.span(span.from - 1)) {
    const wall = walls.before(to + span.offsetMs);
    if (wall === null) return null;
    const at = wall - span.offsetMs;
    if (at >= span.from) return at;
    to = span.from;
  }
}
