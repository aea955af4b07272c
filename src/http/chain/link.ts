import type { HttpRequest, HttpResponse } from "../../domain/http.ts";
import type { HttpProgress } from "../../domain/http-conduct.ts";
import type { OriginState } from "./origins.ts";

/** A request of a task, which the links of the chain treat by their settings. */
export type TrackedRequest = HttpRequest & { progress: HttpProgress };

/** One link of the chain: it sends the request by the next link, or responds by itself. @throws {HttpFailure} */
export type Link = (request: TrackedRequest, signal: AbortSignal, origin: OriginState) => Promise<HttpResponse>;

/** Is it a call that the chain keeps track of, and not one of the host's own? */
export function isTracked(request: HttpRequest): request is TrackedRequest {
  return request.progress !== undefined;
}
