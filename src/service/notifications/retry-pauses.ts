import { backoffDelay } from "../../lib/backoff.ts";

/** How often a delivery is tried. */
export const MAX_TRIES = 15;

/** Time limit of one try, ms. */
export const TRY_LIMIT_MS = 10_000;

/** The longest pause between two tries, ms. */
export const LONGEST_PAUSE_MS = 60 * 60_000;

/**
 * Returns the pause before the next try: about a second after the first, then twice as long each time, up to an hour. All tries
 * together take about three hours.
 * @param tries how often it was tried
 * @param random a number in [0, 1)
 * @param retryAfterMs how long the receiver asks to wait, ms
 * @returns ms; undefined after the last try
 */
export function pauseAfter(tries: number, random: number, retryAfterMs = 0): number | undefined {
  if (tries >= MAX_TRIES) return undefined;
  const pause = backoffDelay({ baseMs: 1_000, factor: 2, maxMs: LONGEST_PAUSE_MS, jitter: 0.2 }, tries, random);
  return Math.min(LONGEST_PAUSE_MS, Math.max(pause, retryAfterMs));
}
