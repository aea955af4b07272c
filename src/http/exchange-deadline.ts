import { HttpFailure, type HttpSend } from "../domain/http.ts";
import { formatDuration } from "../lib/duration.ts";
import { describeRequest } from "./describe-request.ts";

/** The longest delay of a timer, ms (24.8 days); a longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Creates the layer that ends an exchange: after its time limit (which includes name, connection, redirects and body),
 * when the caller's signal fires, or when the client stops. It fails at once, whatever a lower layer is waiting for;
 * that layer's signal fires, and it frees its connection.
 */
export function exchangeDeadline(next: HttpSend, options: { timeoutMs: number; stopped: AbortSignal }): HttpSend {
  return async (request, signal) => {
    const limit = request.timeoutMs ?? options.timeoutMs;
    const inner = new AbortController();
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const end = (failure: HttpFailure) => {
      reject(failure);
      inner.abort(failure);
    };
    const abort = () => end(new HttpFailure("aborted", `${describeRequest(request)} was aborted`));
    if (signal.aborted || options.stopped.aborted) {
      throw new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`);
    }
    signal.addEventListener("abort", abort, { once: true });
    options.stopped.addEventListener("abort", abort, { once: true });
    const timer = limit <= LONGEST_TIMER ? setTimeout(expire, Math.max(0, limit)) : undefined;
    function expire(): void {
      const message = `${describeRequest(request)}: no complete response within ${formatDuration(limit)}`;
      end(new HttpFailure("timeout", message, { code: "ETIMEDOUT" }));
    }
    try {
      return await Promise.race([next(request, inner.signal), ended]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      options.stopped.removeEventListener("abort", abort);
    }
  };
}
