import type { Clock, Timer } from "../../../lib/clock.ts";

/**
 * Calls back once the wall clock reads at least this time, and never before. Waits of any length are possible: a timer may
 * fire early.
 * @param at ms since the epoch
 */
export function atTime(clock: Clock, at: number, run: () => void): Timer {
  let timer: Timer;
  let isCancelled = false;
  const wait = () => {
    timer = clock.after(Math.max(0, at - clock.now()), () => {
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
