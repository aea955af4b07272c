import { HttpFailure, type HttpRequest, type HttpSend } from "../domain/http.ts";
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
    let isIn = false;
    let turn: PromiseWithResolvers<void> | undefined;
    const release = share.enter(owner, () => {
      isIn = true;
      turn?.resolve();
    });
    let isOver = false;
    const leave = () => {
      if (!isOver) release();
      isOver = true;
    };
    try {
      if (!isIn || signal.aborted) {
        turn = Promise.withResolvers();
        await orAborted(turn, request, signal);
      }
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
    }
  };
}

/** Waits for the turn of a request. @throws {HttpFailure} `aborted` if the signal fires first, or has fired */
async function orAborted(turn: PromiseWithResolvers<void>, request: HttpRequest, signal: AbortSignal): Promise<void> {
  const abort = () =>
    turn.reject(new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`));
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (signal.aborted) abort();
    await turn.promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
