import type { RetrySettings } from "./chain-settings.ts";

/**
 * Returns the delay before a retry in ms: exponential with full jitter, so that clients that failed together do not
 * return together (M. Brooker, "Exponential Backoff And Jitter", 2015). A time that the server asked for is waited for
 * as a whole, and at most the first delay more.
 * @param retry number of the retry, from 1
 * @param random in [0, 1)
 * @param askedMs from the server's Retry-After
 * @returns undefined if the server asks for more than the longest delay
 */
export function retryDelay(
  { delayMs, maxDelayMs }: Pick<RetrySettings, "delayMs" | "maxDelayMs">,
  retry: number,
  random: number,
  askedMs: number | undefined,
): number | undefined {
  if (askedMs === undefined || askedMs <= 0) return random * Math.min(maxDelayMs, delayMs * 2 ** (retry - 1));
  if (askedMs > maxDelayMs) return undefined;
  return askedMs + random * Math.min(delayMs, maxDelayMs - askedMs);
}
