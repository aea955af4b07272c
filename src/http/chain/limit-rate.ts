import { HttpFailure, type HttpRequest } from "../../domain/http.ts";
import { formatDuration } from "../../lib/duration.ts";
import { describeRequest } from "../describe-request.ts";
import type { Link, TrackedRequest } from "./link.ts";
import type { OriginState } from "./origins.ts";
import type { RateLimiter } from "./rate-limiter.ts";

/**
 * Creates the link that keeps the requests to each origin below its rate, and those of a task below the task's own. A
 * request above a rate waits for its turn.
 */
export function limitRate(next: Link): Link {
  return async (request, signal, origin) => {
    const { limiter } = origin;
    const rate = request.taskConduct?.rateLimit;
    const own = rate === undefined ? undefined : origin.limiterOf(request.owner?.taskUuid ?? "", rate);
    if (own !== undefined && !own.admitNow()) await turn(request, signal, own);
    if (limiter !== undefined && !limiter.admitNow()) await turn(request, signal, limiter);
    request.progress.attempts += 1;
    return next(request, signal, origin);
  };
}

/** Returns when a request could begin at the earliest below the rates of its origin and its task, by `performance.now()`. */
export function earliestTurn({ taskConduct, owner }: TrackedRequest, { limiter, limiterOf }: OriginState): number {
  const task = owner?.taskUuid ?? "";
  const rate = taskConduct?.rateLimit;
  const own = rate === undefined ? undefined : limiterOf(task, rate);
  const turns = [own, limiter].map((one) => one?.earliest(task) ?? Number.NEGATIVE_INFINITY);
  return Math.max(...turns);
}

/** @throws {HttpFailure} RATE_LIMITED if the call's time would be up before its turn; the signal's reason */
async function turn(request: TrackedRequest, signal: AbortSignal, limiter: RateLimiter): Promise<void> {
  const { progress, owner } = request;
  const task = owner?.taskUuid ?? "";
  const waitMs = limiter.earliest(task) - performance.now();
  if (performance.now() + waitMs > progress.endsAt) throw rateLimited(request, waitMs);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const withdraw = limiter.enter(task, resolve);
  progress.isQueued = true;
  try {
    await promise;
  } finally {
    progress.isQueued = false;
    withdraw();
    signal.removeEventListener("abort", abort);
  }
}

/** @param waitMs how long the request would have had to wait */
export function rateLimited(request: HttpRequest, waitMs: number | undefined): HttpFailure {
  const when = waitMs === undefined ? "" : `; its turn is in ${formatDuration(Math.max(1, Math.ceil(waitMs)))}`;
  const message = `${describeRequest(request)}: the rate limit of its origin leaves no room before the call's time is up${when}`;
  return new HttpFailure("timeout", message, { failureCode: "RATE_LIMITED", attempts: 0, retryAfterMs: waitMs });
}
