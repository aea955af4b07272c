import type { Caller } from "../../domain/principal.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Gate, Refusal } from "./gate.ts";
import { HttpError } from "./http-error.ts";
import { addressCaller, createRequestQuota, type QuotaPolicy, type QuotaState } from "./request-quota.ts";

/** Limits how often callers may send requests. */
export interface RateLimit {
  /** The gate, which also rejects requests beyond the limit. */
  gate: Gate;
  /** Adds what is left to the headers of a response. */
  addHeaders(request: Request, headers: Headers): void;
}

/** Probes by machines that watch the server, which must not look broken because of others. */
const UNLIMITED: readonly string[] = ["/health", "/ready"];

/** Returns true for the path of a route that has no limit. */
export function isUnlimited(path: string): boolean {
  return UNLIMITED.includes(path);
}

/** What {@link createRateLimit} needs. */
export interface RateLimitOptions {
  clock: Pick<Clock, "monotonic">;
  /** Called for each request beyond the limit that the gate itself would have admitted. @default nothing */
  onRefusal?: (refusal: Refusal) => void;
}

/**
 * Puts a limit in front of a gate. Who identifies itself is counted by user or key, everyone else by address, and so are
 * requests that the gate refuses.
 */
export function createRateLimit(gate: Gate, policy: QuotaPolicy, { clock, onRefusal }: RateLimitOptions): RateLimit {
  const quota = createRequestQuota(policy, clock);
  const states = new WeakMap<Request, QuotaState>();

  function count(request: Request, caller: string): void {
    const state = quota.take(caller);
    states.set(request, state);
    if (!state.isWithin) throw tooManyRequests(policy, state);
  }

  function admitted(request: Request, caller: Caller): Caller {
    try {
      count(request, callerName(caller));
    } catch (error) {
      onRefusal?.({ request, caller, code: TOO_MANY });
      throw error;
    }
    return caller;
  }

  function refused(request: Request, address: string, error: unknown): never {
    count(request, addressCaller(address));
    throw error;
  }

  return {
    gate: {
      ...gate,
      admit(request, requires, client) {
        if (isUnlimited(pathOf(request.url))) return gate.admit(request, requires, client);
        let found: Caller | Promise<Caller>;
        try {
          found = gate.admit(request, requires, client);
        } catch (error) {
          return refused(request, client.address, error);
        }
        if (!(found instanceof Promise)) return admitted(request, found);
        return found.then(
          (caller) => admitted(request, caller),
          (error: unknown) => refused(request, client.address, error),
        );
      },
    },
    addHeaders(request, headers) {
      const state = states.get(request);
      if (state === undefined) return;
      headers.set("ratelimit-policy", `"default";q=${policy.count};w=${seconds(policy.periodMs)}`);
      headers.set("ratelimit", `"default";r=${state.remaining};t=${seconds(state.resetMs)}`);
    },
  };
}

const TOO_MANY = "TOO_MANY_REQUESTS";

function callerName({ principal, address }: Caller): string {
  if (principal === undefined || principal.kind === "local") return addressCaller(address);
  return `${principal.kind} ${principal.name}`;
}

function tooManyRequests({ count, periodMs }: QuotaPolicy, { resetMs }: QuotaState): HttpError {
  const message = `The caller sent more than ${count} requests within ${seconds(periodMs)} s.`;
  return new HttpError(429, TOO_MANY, message, {
    remedy: "Wait as long as Retry-After says, or raise server.rate_limit.count.",
    headers: { "retry-after": String(seconds(resetMs)) },
  });
}

/** Cut out, because parsing the URL of every request would take longer. */
function pathOf(url: string): string {
  const end = url.indexOf("?");
  return url.slice(url.indexOf("/", "https://".length), end === -1 ? undefined : end);
}

const seconds = (ms: number): number => Math.ceil(ms / 1_000);
