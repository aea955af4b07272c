/** A rate of starts: a burst of `count`, then one every `periodMs / count` ms. */
export interface Rate {
  count: number;
  periodMs: number;
}

/** How many starts a rate permits, as of a time. */
export interface Bucket {
  /** Fractions count: they become the next whole token. */
  tokens: number;
  /** ms since the epoch. */
  updatedAt: number;
}

/**
 * Adds the tokens for the time up to now. A clock that was set back neither adds nor removes tokens.
 * @param bucket undefined if no token was taken yet: then it is full
 */
export function refill(bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  if (bucket === undefined) return { tokens: rate.count, updatedAt: now };
  const elapsedMs = Math.max(0, now - bucket.updatedAt);
  return { tokens: Math.min(rate.count, bucket.tokens + (elapsedMs * rate.count) / rate.periodMs), updatedAt: now };
}

/** When a bucket has its next whole token, ms since the epoch. This is always after `now`. */
export function nextTokenAt(tokens: number, rate: Rate, now: number): number {
  return now + Math.max(1, Math.ceil(((1 - tokens) * rate.periodMs) / rate.count));
}

/** How long it takes to add `count` tokens, ms, rounded up. */
export function durationOfTokens(count: number, rate: Rate): number {
  return Math.ceil((count * rate.periodMs) / rate.count);
}
