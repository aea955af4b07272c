import type { Schedule } from "../domain/schedule.ts";
import type { NextFiringTime } from "../store/contract/schedules.ts";
import type { CronTimes } from "./cron-times.ts";
import type { FiringLoopOptions } from "./firing-loop.ts";
import { nextFiring, planFirings } from "./timing.ts";

/** Pause before a schedule that can't be planned is retried, ms. */
const UNPLANNED_PAUSE_MS = 60_000;

/**
 * Plans firings for the loop. A schedule that has become invalid, such as one in a removed time zone, is postponed, so
 * that the others still fire.
 */
export function createFiringPlanner(
  times: CronTimes,
  onError: (error: unknown) => void,
): Pick<FiringLoopOptions, "plan" | "replan"> {
  function postponed({ name, nextAt }: Schedule, now: number, cause: unknown): NextFiringTime | null {
    onError(new Error(`schedule "${name}" can't be planned; it will be retried`, { cause }));
    return nextAt === null ? null : { at: nextAt, dueAt: now + UNPLANNED_PAUSE_MS };
  }

  return {
    plan(schedule, now, upSince) {
      try {
        return planFirings(schedule, times, now, upSince);
      } catch (cause) {
        return { firings: [], missed: null, next: postponed(schedule, now, cause) };
      }
    },
    replan(schedule, now) {
      try {
        return nextFiring(schedule, times, now);
      } catch (cause) {
        return postponed(schedule, now, cause);
      }
    },
  };
}
