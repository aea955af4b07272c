import type { Clock, Timer } from "../../../lib/clock.ts";

/** Longest time without a look at the wall clock, ms. It may be set, and a suspended machine counts no time. */
const LONGEST_STEP_MS = 60_000;

/**
 * Calls back once the wall clock reads at least this time, and never before. Waits of any length are possible.
 * @param at ms since the epoch
 */
export function atTime(clock: Clock, at: number, run: () => void): Timer {
  let timer: Timer;
  let isCancelled = false;
  const wait = () => {
    timer = clock.after(Math.min(Math.max(0, at - clock.now()), LONGEST_STEP_MS), () => {
      if (isCancelled) return;
      if (clock.now() >= at) run();
      else wait();
    });
  };
  wait();
  return {
    cancel() {
      isCancelled = true;
      timer.cancel();
    },
  };
}
