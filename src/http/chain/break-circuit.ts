import { HttpFailure, type HttpResponse } from "../../domain/http.ts";
import { formatDuration } from "../../lib/duration.ts";
import { observeBody } from "../../lib/observe-body.ts";
import { describeRequest } from "../describe-request.ts";
import type { CallOutcome, Passage } from "./circuit-breaker.ts";
import type { Link, TrackedRequest } from "./link.ts";
import type { OriginState } from "./origins.ts";

/** Where calls go. */
export interface BehindBreaker {
  /** Sends a call, and retries it. */
  usual: Link;
  /** Sends a call once: a probe asks one question. */
  once: Link;
}

/**
 * Creates the link with the circuit breaker of each origin. A call counts once, however often it was sent. It has failed
 * if the response is 5xx, if there was no connection or no valid response, or if a time limit ended it. A call to an open
 * circuit fails at once.
 */
export function breakCircuit({ usual, once }: BehindBreaker): Link {
  return async (request, signal, origin) => {
    const { conduct, taskConduct, progress } = request;
    const isExempt = (conduct?.breaker ?? taskConduct?.breaker) === false;
    if (isExempt || !origin.settings.breaker.enabled) return usual(request, signal, origin);
    const { breaker } = origin;
    const passage = breaker.enter();
    if (passage === undefined) throw circuitOpen(request, origin);
    let isOver = false;
    const leave = (outcome: CallOutcome) => {
      if (!isOver) breaker.leave(passage, outcome);
      isOver = true;
    };
    // The caller learns of a time limit at once, and its next call has to find the circuit in its new state.
    progress.onInterrupt = (reason) => leave(outcomeOf(reason));
    try {
      const response = await (passage.probe ? once : usual)(request, signal, origin);
      leave(response.status >= 500 ? "failure" : "success");
      if (response.stream !== undefined && response.status < 500) watchBody(response, passage, origin);
      return response;
    } catch (error) {
      leave(outcomeOf(error));
      throw error;
    }
  };
}

/** A response that breaks off makes a failure of the call. */
function watchBody(response: HttpResponse, passage: Passage, { breaker }: OriginState): void {
  if (response.stream === undefined) return;
  response.stream = observeBody(response.stream, {
    ended: (how) => {
      if (typeof how === "object" && outcomeOf(how.error) === "failure") breaker.breakOff(passage);
    },
  });
}

/** What a failure says about the origin. Failures on this side of the network say nothing. */
function outcomeOf(error: unknown): CallOutcome {
  if (!(error instanceof HttpFailure)) return "neutral";
  switch (error.failureCode) {
    case "CONNECTION_REFUSED":
      return error.code === "EMFILE" || error.code === "ENFILE" || error.code === undefined ? "neutral" : "failure";
    case "CONNECTION_RESET":
    case "CONNECT_TIMEOUT":
    case "FIRST_BYTE_TIMEOUT":
    case "TOTAL_TIMEOUT":
    case "BAD_RESPONSE":
      return "failure";
    case "RESPONSE_TOO_LARGE":
      return "success";
    default:
      return "neutral";
  }
}

function circuitOpen(request: TrackedRequest, { origin, breaker, settings }: OriginState): HttpFailure {
  const until = breaker.opensUntil;
  const leftMs = until === undefined ? undefined : Math.max(0, Math.ceil(until - performance.now()));
  const { calls, failures } = breaker;
  const why = `${failures} of the latest ${calls} calls to ${origin} failed`;
  const when =
    leftMs === undefined
      ? "one call is under way to find out whether it works again"
      : `no calls are sent to it for ${formatDuration(Math.max(1, leftMs))}`;
  return new HttpFailure("network", `${describeRequest(request)}: the circuit is open: ${why}, so ${when}`, {
    failureCode: "CIRCUIT_OPEN",
    attempts: 0,
    retryAfterMs: leftMs ?? settings.breaker.openMs,
  });
}
