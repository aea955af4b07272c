import type { Clock } from "../../src/lib/clock.ts";

/** A clock that only moves when it is told to. */
export interface ManualClock extends Clock {
  /** Moves the wall clock and the monotonic clock forward, and runs the timers that become due, in order. */
  advance(ms: number): void;
  /** Sets the wall clock, in either direction. It does not affect timers and the monotonic clock. */
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
