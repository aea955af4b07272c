import type { Clock } from "./clock.ts";

/**
 * Waits for `work`, but not longer than `ms`.
 * @returns true when the work settled in time (also when it rejected), false when time ran out first
 */
export function settlesWithin(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, () => resolve(false));
    const settled = () => {
      timer.cancel();
      resolve(true);
    };
    work.then(settled, settled);
  });
}
