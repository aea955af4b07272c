import { HttpFailure, type HttpSend } from "../domain/http.ts";
import type { MeasuredCall } from "../telemetry/measurements.ts";

/** Sends requests, and measures those of tasks. */
export interface MeasuredSend {
  send: HttpSend;
  /** Returns how many calls are in progress. A call is over when the head of its response has arrived. */
  active(): number;
}

/** Measures calls. The host's own requests, which have no owner, do not count. */
export function measuredSend(next: HttpSend, onCall: (call: MeasuredCall) => void): MeasuredSend {
  let active = 0;
  return {
    active: () => active,
    async send(request, signal) {
      if (request.owner === undefined) return next(request, signal);
      const startedAt = performance.now();
      const seconds = () => (performance.now() - startedAt) / 1_000;
      active += 1;
      try {
        const response = await next(request, signal);
        onCall({ status: response.status, failure: undefined, seconds: seconds() });
        return response;
      } catch (error) {
        onCall({ status: undefined, failure: reasonOf(error), seconds: seconds() });
        throw error;
      } finally {
        active -= 1;
      }
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof HttpFailure)) return "aborted";
  return error.failureCode ?? error.kind;
}
