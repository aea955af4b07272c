import type { HttpSend } from "../../domain/http.ts";
import type { ChainSettings } from "./chain-settings.ts";
import { isTracked, type Link } from "./link.ts";
import { Origins } from "./origins.ts";
import { retryRequests } from "./retry-requests.ts";

/** What a call that sets `retry` to an empty object has. Nothing waits, so the delay does not matter. */
const SETTINGS: ChainSettings = {
  usual: {
    timeoutMs: Number.POSITIVE_INFINITY,
    connectTimeoutMs: Number.POSITIVE_INFINITY,
    firstByteTimeoutMs: undefined,
    maxResponseBytes: undefined,
    retry: { maxRetries: 2, delayMs: 100, maxDelayMs: 10_000, budget: 100 },
    breaker: { enabled: false, failureRate: 100, minCalls: 1, windowMs: 10_000, openMs: 1 },
    rateLimit: undefined,
  },
  hosts: {},
};

/**
 * Creates the layer that retries the calls to mocks that are tracked, without waiting. All other calls get one response each, so
 * that a list of mocks plays the sequence that its author sees.
 */
export function retryMocks(next: HttpSend): HttpSend {
  const origins = new Origins(SETTINGS);
  const once: Link = (request, signal) => {
    request.progress.attempts += 1;
    return next(request, signal);
  };
  const retrying = retryRequests(once, { random: () => 0, wait: async () => undefined });
  return (request, signal) =>
    isTracked(request) ? retrying(request, signal, origins.of(request.url)) : next(request, signal);
}
