import { HttpFailure, type HttpSend } from "../domain/http.ts";
import { observeBody } from "../lib/observe-body.ts";
import { describeRequest } from "./describe-request.ts";
import { createFairShare } from "./fair-share.ts";

/**
 * Creates the layer that shares connections among executions. Each attempt of each hop has one place until its body has
 * ended, and a WebSocket until it is closed; its wait counts towards its time limit. Requests without an owner are the
 * host's own and do not wait.
 */
export function shareConnections(next: HttpSend, options: { maxConnections: number }): HttpSend {
  const share = createFairShare(options.maxConnections);
  return async (request, signal) => {
    const { owner } = request;
    if (owner === undefined) return next(request, signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () =>
      reject(new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`));
    const release = share.enter(owner, resolve);
    let isOver = false;
    const leave = () => {
      if (!isOver) release();
      isOver = true;
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) abort();
      await promise;
      const response = await next(request, signal);
      const { socket, stream } = response;
      if (socket !== undefined) void socket.closed.then(leave);
      else if (stream === undefined) leave();
      else {
        response.stream = observeBody(stream, { ended: leave });
        signal.addEventListener("abort", leave, { once: true });
      }
      return response;
    } catch (error) {
      leave();
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
}
