/** A minute of waiting lifts a job above a newer one of the next higher priority. */
export const AGEING_MS = 60_000;

/**
 * The place of a job among those that wait: the smallest rank goes first. It never changes with time, and still an old job
 * overtakes a newer one of a higher priority, since it counts from when the job could have run.
 * @param runAt ms since the epoch
 * @param level the index of the job's priority: the higher, the more urgent
 */
export function rankOf(runAt: number, level: number): number {
  return runAt - level * AGEING_MS;
}

/** The rank of a job that starts to wait now. A time in the past does not jump the line: waiting counts from now. */
export function rankFrom(now: number, runAt: number, level: number): number {
  return rankOf(Math.max(runAt, now), level);
}

/** The rank of a job whose priority changes while it waits: it keeps what it has waited. */
export function rankAfterChange(rank: number, oldLevel: number, newLevel: number): number {
  return rank + (oldLevel - newLevel) * AGEING_MS;
}
