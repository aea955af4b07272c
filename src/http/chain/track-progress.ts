import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../../domain/http.ts";
import type { HttpProgress } from "../../domain/http-conduct.ts";
import { observeBody } from "../../lib/observe-body.ts";

/**
 * Creates the outermost layer: it makes the chain keep track of calls, and adds to failures and responses how often the
 * request was sent.
 * @param isTracked chooses the calls
 */
export function trackProgress(next: HttpSend, isTracked: (request: HttpRequest) => boolean): HttpSend {
  return async (request, signal) => {
    if (!isTracked(request)) return next(request, signal);
    const progress = newProgress();
    const tracked: HttpRequest = { ...request, progress };
    try {
      const response = await next(tracked, signal);
      if (progress.attempts > 1) noteAttempts(response, progress.attempts);
      return response;
    } catch (error) {
      throw withAttempts(error, progress.attempts);
    }
  };
}

/** Returns the progress of a call that was not sent yet. */
export function newProgress(): HttpProgress {
  const endsAt = Number.POSITIVE_INFINITY;
  return { attempts: 0, isQueued: false, endsAt, peer: undefined, onInterrupt: undefined, endAttempt: undefined };
}

function noteAttempts(response: HttpResponse, attempts: number): void {
  response.attempts = attempts;
  if (response.stream === undefined) return;
  response.stream = observeBody(response.stream, { explain: (error) => withAttempts(error, attempts) });
}

/** Adds the number of attempts to a failure. Any other error is returned as it is. */
function withAttempts(error: unknown, counted: number): unknown {
  if (!(error instanceof HttpFailure)) return error;
  // The transport may refuse an attempt when it was counted already.
  const attempts = error.kind === "refused" ? Math.max(0, counted - 1) : counted;
  // A failure that was read twice already says it.
  if (attempts > 1 && error.attempts !== attempts) error.message = `${error.message} after ${attempts} attempts`;
  error.attempts = attempts;
  return error;
}
