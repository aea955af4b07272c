import type { Clock } from "../../src/lib/clock.ts";

/** A clock that stands still until it is turned. */
export interface ManualClock extends Clock {
  /** Lets time pass, for both clocks, and runs the timers that come due, in order. */
  advance(ms: number): void;
  /** Sets the wall clock, in either direction; timers and the monotonic clock do not notice. */
  jumpTo(now: number): void;
}

export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let wall = start;
  let monotonic = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => wall,
    monotonic: () => monotonic,
    after(ms, run) {
      const timer = { at: monotonic + Math.max(0, ms), run };
      timers.push(timer);
      return {
        cancel() {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    advance(ms) {
      const end = monotonic + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        wall += next.at - monotonic;
        monotonic = next.at;
        next.run();
      }
      wall += end - monotonic;
      monotonic = end;
    },
    jumpTo(now) {
      wall = now;
    },
  };
}
