/** A job that has waited this much longer goes before one of the next higher priority, ms. */
export const AGEING_MS = 60_000;

/**
 * The rank of a waiting job: the smallest goes first. It depends on when the job could have run, so that an old job
 * overtakes a newer one of a higher priority although ranks never change with time.
 * @param runAt ms since the epoch
 * @param level the index of the job's priority: the higher, the more urgent
 */
export function rankOf(runAt: number, level: number): number {
  return runAt - level * AGEING_MS;
}

/** The rank of a job that starts to wait now. A time in the past gives no advantage: waiting counts from now. */
export function rankFrom(now: number, runAt: number, level: number): number {
  return rankOf(Math.max(runAt, now), level);
}

/** The rank of a job whose priority changes while it waits. The time that it has waited still counts. */
export function rankAfterChange(rank: number, oldLevel: number, newLevel: number): number {
  return rank + (oldLevel - newLevel) * AGEING_MS;
}
