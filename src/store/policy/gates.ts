/** How a waiting job waits, as the number that is stored. A job that does not wait has no gate. */
export const GATES = {
  /** It can be claimed. */
  ready: 0,
  /** It waits for its time. */
  later: 1,
  /** It is parked in a lane. */
  parked: 2,
} as const;

/** A number of {@link GATES}. */
export type Gate = (typeof GATES)[keyof typeof GATES];

/** The gate of a job that is not parked. @param runAt ms since the epoch, like `now` */
export function gateAt(runAt: number, now: number): Gate {
  return runAt > now ? GATES.later : GATES.ready;
}
