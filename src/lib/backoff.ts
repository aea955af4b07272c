/** Shape of an exponential backoff. */
export interface BackoffOptions {
  /** Delay before the first retry, ms. */
  baseMs: number;
  /** Each further delay is this many times the one before. */
  factor: number;
  /** No delay is longer, ms, before jitter. */
  maxMs: number;
  /** Share of the delay that is drawn at random, 0 (none) to 1. The delay varies by up to this share either way. */
  jitter: number;
}

/** No delay is longer, ms, jitter included: ten years. A time that far away plus any delay is still a time. */
export const LONGEST_DELAY_MS = 10 * 366 * 24 * 60 * 60 * 1_000;

/**
 * Delay before retry number `retry` (from 1): a whole number of ms from 0 to {@link LONGEST_DELAY_MS}.
 * @param random a number in [0, 1), such as Math.random gives
 */
export function backoffDelay(options: BackoffOptions, retry: number, random: number): number {
  const { baseMs, factor, maxMs, jitter } = options;
  // A factor to the power of hundreds is Infinity, and 0 times that is not a number.
  const grown = baseMs <= 0 ? 0 : baseMs * factor ** Math.max(0, retry - 1);
  const plain = Math.min(maxMs, grown);
  const delay = Math.round(plain * (1 + jitter * (2 * random - 1)));
  return Math.min(LONGEST_DELAY_MS, Math.max(0, delay));
}
