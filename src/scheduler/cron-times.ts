import { Lru } from "../lib/lru.ts";
import { readCron } from "./cron-expression.ts";
import { createZoneClock, type ZoneClock } from "./time-zone.ts";
import { createWallTimes, LATEST_MS, type WallTimes } from "./wall-times.ts";

/** Firing times of cron expressions. Expressions and time zones have been checked. */
export interface CronTimes {
  /** The first firing after `after`, ms since the epoch; null when there is none. */
  next(cron: string, timezone: string, after: number): number | null;
  /** The time of the `count`-th firing before `before`, or of the first one there was; `before` when there was none. */
  back(cron: string, timezone: string, before: number, count: number): number;
}

/** Expressions kept parsed. Parsing costs 0.15 ms and some kilobytes each, and most schedules share a few. */
const KEPT = 512;
/** Time zones kept. Most servers use a few. */
const KEPT_ZONES = 64;

/** No clock differs from UTC by more than this, and none is set back or forward by more, ms. */
const WIDEST_MS = 26 * 60 * 60 * 1_000;

interface Parsed {
  fixed: boolean;
  zone: ZoneClock;
  walls: WallTimes;
}

/**
 * {@link createWallTimes} knows which wall clock times match; what they are in UTC is decided here, by one rule. A fixed expression
 * (see {@link readCron}) fires once for each time that matches: at the first moment at which the wall clock shows this
 * time or a later one. That is the end of the gap for a time that is left out, and the first of two for a time that
 * comes twice. All other expressions fire whenever the wall clock shows a time that matches.
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

/** The latest time that the wall clock has shown up to a moment: not the present one while an hour comes again. */
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

/** The first moment at which the wall clock shows `wall` or a later time. */
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
