/** Shape of an exponential backoff. */
export interface BackoffOptions {
  /** Delay before the first retry, in ms. */
  baseMs: number;
  /** Factor by which each delay is longer than the previous one. */
  factor: number;
  /** Maximum delay before jitter, in ms. */
  maxMs: number;
  /** Share of the delay that is random, from 0 (none) to 1. The delay becomes shorter or longer by up to this share. */
  jitter: number;
}

/** Maximum delay including jitter, in ms: ten years. Any point in time plus this delay can still be represented. */
export const LONGEST_DELAY_MS = 10 * 366 * 24 * 60 * 60 * 1_000;

/**
 * Returns the delay before retry number `retry` (from 1): a whole number of ms from 0 to {@link LONGEST_DELAY_MS}.
 * @param random a number in [0, 1), such as from Math.random
 */
export function backoffDelay(options: BackoffOptions, retry: number, random: number): number {
  const { baseMs, factor, maxMs, jitter } = options;
  // A factor to the power of hundreds is Infinity, and 0 times Infinity is NaN.
  const grown = baseMs <= 0 ? 0 : baseMs * factor ** Math.max(0, retry - 1);
  const plain = Math.min(maxMs, grown);
  const delay = Math.round(plain * (1 + jitter * (2 * random - 1)));
  return Math.min(LONGEST_DELAY_MS, Math.max(0, delay));
}
