import type { Clock } from "./clock.ts";

/**
 * Waits for `work`, but no longer than `ms`.
 * @returns true if the work settled in time, even by rejecting; false if the time ran out first
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
