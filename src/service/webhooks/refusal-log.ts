import type { Clock } from "../../lib/clock.ts";

/** Decides which refused deliveries are stored. */
export interface RefusalLog {
  /** Returns true if another refusal of this webhook may be stored now. */
  admits(webhookId: number): boolean;
}

/** Refused deliveries that are stored for each webhook in each period. Anyone can send them. */
const MAX_IN_PERIOD = 20;
const PERIOD_MS = 10_000;

/** Creates the limit. It remembers one number for each webhook that was refused something in this period. */
export function createRefusalLog(clock: Pick<Clock, "monotonic">): RefusalLog {
  let counts = new Map<number, number>();
  let periodEnds = 0;
  return {
    admits(webhookId) {
      const now = clock.monotonic();
      if (now >= periodEnds) {
        counts = new Map();
        periodEnds = now + PERIOD_MS;
      }
      const count = (counts.get(webhookId) ?? 0) + 1;
      counts.set(webhookId, count);
      return count <= MAX_IN_PERIOD;
    },
  };
}
