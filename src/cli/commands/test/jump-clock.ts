import type { Clock } from "../../../lib/clock.ts";

/** A clock that jumps from one thing that is waited for to the next. */
export interface JumpClock extends Clock {
  /** How far it is ahead of its source, ms. */
  aheadMs(): number;
  /** Jumps to the next timer and fires it. @returns false if there is no timer */
  jump(): boolean;
}

/** @param startedAt the time at which it stands still between jumps, ms since the epoch @default it goes on by itself */
export function createJumpClock(startedAt?: number): JumpClock {
  const timers = new Set<{ at: number; run: () => void }>();
  let ahead = 0;
  const now = () => (startedAt ?? Date.now()) + ahead;
  return {
    now,
    monotonic: () => performance.now() + ahead,
    after(ms, run) {
      const timer = { at: now() + Math.max(0, ms), run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    aheadMs: () => ahead,
    jump() {
      let next: { at: number; run: () => void } | undefined;
      for (const timer of timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined) return false;
      timers.delete(next);
      ahead += Math.max(0, next.at - now());
      next.run();
      return true;
    },
  };
}
