import { HttpFailure } from "../../domain/http.ts";
import { observeBody } from "../../lib/observe-body.ts";
import type { Link } from "./link.ts";

/**
 * Creates the link that bounds the size of responses. A response that is larger than the chain's own bound fails its call, which
 * the task can handle. One that is larger than what the execution may receive ends the execution, as before.
 */
export function limitSize(next: Link): Link {
  return async (request, signal, origin) => {
    const { conduct, taskConduct, maxResponseBytes = Number.POSITIVE_INFINITY } = request;
    const own = conduct?.maxResponseBytes ?? taskConduct?.maxResponseBytes ?? origin.settings.maxResponseBytes;
    if (own === undefined || own >= maxResponseBytes) return next(request, signal, origin);
    try {
      const response = await next({ ...request, maxResponseBytes: own }, signal, origin);
      if (response.stream !== undefined) response.stream = observeBody(response.stream, { explain: asCallFailure });
      return response;
    } catch (error) {
      throw asCallFailure(error);
    }
  };
}

function asCallFailure(error: unknown): unknown {
  if (!(error instanceof HttpFailure) || error.kind !== "too-large") return error;
  return new HttpFailure("network", error.message, { failureCode: "RESPONSE_TOO_LARGE" });
}
