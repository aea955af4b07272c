import type { NextFiring } from "../domain/schedule.ts";
import { defined } from "../lib/defined.ts";
import { clockChangeNote } from "./clock-change-note.ts";
import type { CronTimes } from "./cron-times.ts";
import { createZoneClock } from "./time-zone.ts";
import { nextTime, type Planned } from "./timing.ts";

/** Largest number of upcoming firings in one list. */
export const MAX_NEXT = 1_000;

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
    const note = timing.kind === "cron" ? clockChangeNote({ ...timing, times, zone, at, previous }) : undefined;
    firings.push(defined({ at, local: zone.format(at), note }));
    previous = at;
  }
  return firings;
}
