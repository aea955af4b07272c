import { HttpFailure, type HttpRequest, type HttpResponse } from "../../domain/http.ts";
import type { RetrySettings } from "./chain-settings.ts";
import { earliestTurn } from "./limit-rate.ts";
import type { Link, TrackedRequest } from "./link.ts";
import type { OriginState } from "./origins.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { retryDelay } from "./retry-delay.ts";

/** The idempotent methods that are retried (RFC 9110, section 9.2.2). */
const RETRIED_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/** Codes of the system that another attempt would meet as well: no such name, an address that can't be connected to. */
const LASTING: ReadonlySet<string> = new Set(["ENOTFOUND", "EINVAL", "EACCES", "EPERM", "EAFNOSUPPORT"]);

/** What the link needs from outside. */
export interface RetrySurroundings {
  /** A number in [0, 1). */
  random: () => number;
  /** Waits for a time. Rejects with the reason of the signal when it fires. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How an attempt ended. */
type Attempted = { response: HttpResponse } | { failure: HttpFailure };

/**
 * Creates the link that retries. It repeats idempotent requests after 408, 425, 429, 5xx and connections that failed, as
 * long as the number of retries, the budget of the origin, its circuit, the rate limits and the time of the call allow. Then it
 * returns the last response, or throws the last failure. A request whose body is a stream, and the handshake of a WebSocket, are sent once.
 */
export function retryRequests(next: Link, surroundings: RetrySurroundings = REAL): Link {
  return async (request, signal, origin) => {
    origin.budget.addCall();
    const settings = settingsOf(request, origin);
    if (settings.maxRetries === 0 || !isRepeatable(request)) return next(request, signal, origin);
    const repeated = countingOnce(request);
    let earlier: Attempted | undefined;
    for (let retry = 1; ; retry++) {
      const attempted = await attempt(() => next(repeated(), signal, origin));
      if (earlier !== undefined && isRateLimited(attempted)) return resultOf(earlier);
      const delayMs = retry > settings.maxRetries ? undefined : delayBefore(retry, attempted, settings, surroundings);
      if (delayMs === undefined || !mayRetry(request, origin, delayMs)) return resultOf(attempted);
      const { stream } = "response" in attempted ? attempted.response : {};
      stream?.cancel();
      earlier = stream === undefined ? attempted : undefined;
      await surroundings.wait(delayMs, signal);
      if (origin.breaker.state === "open" && "failure" in attempted) throw attempted.failure;
    }
  };
}

function settingsOf({ conduct, taskConduct }: HttpRequest, { settings }: OriginState): RetrySettings {
  const call = conduct?.retry;
  const task = taskConduct?.retry;
  if (call === undefined && task === undefined) return settings.retry;
  return { ...settings.retry, ...task, ...call };
}

function isRepeatable({ method, upload, socket }: HttpRequest): boolean {
  return upload === undefined && socket === undefined && RETRIED_METHODS.has(method);
}

async function attempt(send: () => Promise<HttpResponse>): Promise<Attempted> {
  try {
    return { response: await send() };
  } catch (error) {
    if (error instanceof HttpFailure) return { failure: error };
    throw error;
  }
}

function resultOf(attempted: Attempted): HttpResponse {
  if ("response" in attempted) return attempted.response;
  throw attempted.failure;
}

/** Returns how long to wait before the next attempt, in ms; undefined if there is to be none. */
function delayBefore(
  retry: number,
  attempted: Attempted,
  settings: RetrySettings,
  { random }: RetrySurroundings,
): number | undefined {
  if ("failure" in attempted) {
    return isPassing(attempted.failure) ? retryDelay(settings, retry, random(), undefined) : undefined;
  }
  const { status, headers } = attempted.response;
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return undefined;
  const asked = headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  return retryDelay(settings, retry, random(), asked === undefined ? undefined : parseRetryAfter(asked, Date.now()));
}

/** May another attempt go better? */
function isPassing({ failureCode, code }: HttpFailure): boolean {
  switch (failureCode) {
    case "CONNECTION_REFUSED":
      return code !== undefined && !LASTING.has(code) && !/CERT|SIGNATURE|ISSUER/.test(code);
    case "CONNECTION_RESET":
    case "CONNECT_TIMEOUT":
    case "FIRST_BYTE_TIMEOUT":
      return true;
    default:
      return false;
  }
}

/** Is there time for a retry, also below the rate limits, and does the origin stand it? Takes it from the budget then. */
function mayRetry(request: TrackedRequest, origin: OriginState, delayMs: number): boolean {
  const at = Math.max(performance.now() + delayMs, earliestTurn(request, origin));
  return at < request.progress.endsAt && origin.breaker.state !== "open" && origin.budget.take();
}

/** Others may have taken the turn that a retry would have had. */
function isRateLimited(attempted: Attempted): boolean {
  return "failure" in attempted && attempted.failure.failureCode === "RATE_LIMITED";
}

/**
 * Bodies of earlier attempts are gone, so room for a body is only asked for as far as no earlier one had it.
 * @returns a function that returns the request for the next attempt
 */
function countingOnce(request: TrackedRequest): () => TrackedRequest {
  const { reserve } = request;
  if (reserve === undefined) return () => request;
  let most = 0;
  return () => {
    let received = 0;
    return {
      ...request,
      reserve: (bytes, expected) => {
        received += bytes;
        if (received <= most) return undefined;
        const more = Math.min(bytes, received - most);
        most = received;
        return reserve(more, expected);
      },
    };
  };
}

const REAL: RetrySurroundings = { random: Math.random, wait };

function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) reject(signal.reason);
  const abort = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", abort);
    resolve();
  }, ms);
  signal.addEventListener("abort", abort, { once: true });
  return promise;
}
