import type { Clock, Timer } from "../../src/lib/clock.ts";

/** A clock that a test moves. */
export interface VirtualClock extends Clock {
  /** Lets time pass, in ms. Timers fire in the order of their times. */
  pass(ms: number): Promise<void>;
}

/** Lets everything happen that needs no time. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Creates a clock that stands still. @param start ms since the epoch */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    monotonic: () => now - start,
    after(ms, run): Timer {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    async pass(ms) {
      const end = now + ms;
      await quiet();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        now = next.at;
        next.run();
        await quiet();
      }
      now = end;
    },
  };
}
