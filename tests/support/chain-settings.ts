import type { ChainSettings, OriginSettings } from "../../src/http/chain/chain-settings.ts";

/** Settings of the chain like the defaults, but with short delays. */
export function chainSettings(usual: Partial<OriginSettings> = {}): ChainSettings {
  return {
    usual: {
      timeoutMs: 20_000,
      connectTimeoutMs: 10_000,
      firstByteTimeoutMs: undefined,
      maxResponseBytes: undefined,
      retry: { maxRetries: 2, delayMs: 1, maxDelayMs: 10_000, budget: 20 },
      breaker: { enabled: true, failureRate: 50, minCalls: 10, windowMs: 10_000, openMs: 10_000 },
      rateLimit: undefined,
      ...usual,
    },
    hosts: {},
  };
}

/** The owner of a call: the chain tracks only the calls of tasks. */
export const OWNER = { executionId: "e1", taskUuid: "t1" };
