import { RatchetError } from "../domain/errors.ts";
import { MAX_BACKFILL_FIRINGS, type Schedule } from "../domain/schedule.ts";
import type { CronTimes } from "./cron-times.ts";
import { nextTime } from "./timing.ts";

/** A past range, ms since the epoch; both ends are inclusive. */
export interface PastRange {
  from: number;
  to: number;
}

/**
 * Returns the firing times of a schedule in a past range, in ascending order.
 * @throws {RatchetError} USAGE if the range is not in the past, or has more than {@link MAX_BACKFILL_FIRINGS} firings
 */
export function backfillTimes(schedule: Schedule, times: CronTimes, range: PastRange, now: number): number[] {
  checkRange(range, now);
  const { from, to } = range;
  const found: number[] = [];
  for (let at = nextTime(schedule, times, from - 1); at !== null && at <= to; at = nextTime(schedule, times, at)) {
    found.push(at);
    if (found.length > MAX_BACKFILL_FIRINGS) {
      throw new RatchetError("USAGE", `The range has more than ${MAX_BACKFILL_FIRINGS} firings.`, {
        data: { limit: MAX_BACKFILL_FIRINGS },
        remedy: "Split the range and backfill each part.",
      });
    }
  }
  return found;
}

function checkRange({ from, to }: PastRange, now: number): void {
  const range = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  const options = { data: { from, to }, remedy: "Use a past range, from its first to its last moment." };
  if (from > to) throw new RatchetError("USAGE", `The range ${range} ends before it begins.`, options);
  if (to > now) throw new RatchetError("USAGE", `The range ${range} has not passed yet.`, options);
}
