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

/**
 * Delay before retry number `retry` (from 1), ms.
 * @param random a number in [0, 1), such as Math.random gives
 */
export function backoffDelay(options: BackoffOptions, retry: number, random: number): number {
  const exponent = Math.max(0, retry - 1);
  const plain = Math.min(options.maxMs, options.baseMs * options.factor ** exponent);
  return Math.max(0, Math.round(plain * (1 + options.jitter * (2 * random - 1))));
}
