/** Starts that a lane lets through: a burst of `count`, then one each `periodMs / count` ms. */
export interface Rate {
  count: number;
  periodMs: number;
}

/** What is left of a rate, as of a time. */
export interface Bucket {
  /** Parts of tokens count: the next whole one is on its way. */
  tokens: number;
  /** ms since the epoch. */
  updatedAt: number;
}

/**
 * Fills a bucket up to now. A clock that was set back adds nothing and takes nothing away.
 * @param bucket undefined when nothing was taken yet: then it is full
 */
export function refill(bucket: Bucket | undefined, rate: Rate, now: number): Bucket {
  if (bucket === undefined) return { tokens: rate.count, updatedAt: now };
  const elapsedMs = Math.max(0, now - bucket.updatedAt);
  return { tokens: Math.min(rate.count, bucket.tokens + (elapsedMs * rate.count) / rate.periodMs), updatedAt: now };
}

/** When a bucket has a whole token, ms since the epoch: always after `now`. */
export function nextTokenAt(tokens: number, rate: Rate, now: number): number {
  return now + Math.max(1, Math.ceil(((1 - tokens) * rate.periodMs) / rate.count));
}

/** How long it takes until `count` more tokens are there, ms, rounded up. */
export function durationOfTokens(count: number, rate: Rate): number {
  return Math.ceil((count * rate.periodMs) / rate.count);
}
