import { HttpFailure, type HttpSend } from "../domain/http.ts";
import { describeRequest } from "./describe-request.ts";
import { createFairShare } from "./fair-share.ts";

/**
 * Creates the layer that shares connections among executions. An exchange with all its redirects has one place; its
 * wait counts towards its time limit. Requests without an owner are the host's own and do not wait.
 */
export function shareConnections(next: HttpSend, options: { maxConnections: number }): HttpSend {
  const share = createFairShare(options.maxConnections);
  return async (request, signal) => {
    const { owner } = request;
    if (owner === undefined) return next(request, signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () =>
      reject(new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`));
    const leave = share.enter(owner, resolve);
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) abort();
      await promise;
      return await next(request, signal);
    } finally {
      signal.removeEventListener("abort", abort);
      leave();
    }
  };
}
