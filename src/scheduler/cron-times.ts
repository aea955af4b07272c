import { Cron } from "croner";
import { Lru } from "../lib/lru.ts";

/** Firing times of cron expressions. */
export interface CronTimes {
  /** The first firing after `after`, ms since the epoch; null when there is none. */
  next(cron: string, timezone: string, after: number): number | null;
  /** The time of the `count`-th firing before `before`, or of the first one there was; `before` when there was none. */
  back(cron: string, timezone: string, before: number, count: number): number;
}

/** Expressions kept parsed. Parsing costs 0.15 ms and some kilobytes each, and most schedules share a few. */
const KEPT = 512;

/** Cron times by croner. The expression has been checked. */
export function createCronTimes(): CronTimes {
  const parsed = new Lru<string, Cron>(KEPT, () => 1);

  function parse(cron: string, timezone: string): Cron {
    const key = `${timezone} ${cron}`;
    let times = parsed.get(key);
    if (times === undefined) {
      // Paused: nothing of croner's own timers is wanted.
      times = new Cron(cron, { timezone, paused: true });
      parsed.set(key, times);
    }
    return times;
  }

  return {
    next(cron, timezone, after) {
      const times = parse(cron, timezone);
      const next = times.nextRun(new Date(after))?.getTime() ?? null;
      // Where clocks change, croner may answer with the moment it was asked about: the plan must move on.
      if (next === null || next > after) return next;
      const later = times.nextRun(new Date(after + 1_000))?.getTime() ?? null;
      return later !== null && later > after ? later : null;
    },
    back(cron, timezone, before, count) {
      const runs = parse(cron, timezone).previousRuns(count, new Date(before));
      return runs.at(-1)?.getTime() ?? before;
    },
  };
}
