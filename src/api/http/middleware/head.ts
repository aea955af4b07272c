import { Elysia } from "elysia";

/**
 * For HEAD, the headers that GET would have got: Elysia reads a body for its length, so a stream of events, which never
 * ends, is ended here.
 */
export function head() {
  return new Elysia({ name: "head" }).mapResponse({ as: "global" }, ({ request, responseValue }) => {
    const response = responseValue as Response;
    if (request.method !== "HEAD" || !isEventStream(response)) return;
    void response.body?.cancel();
    return new Response(null, { status: response.status, headers: response.headers });
  });
}

function isEventStream({ headers }: Response): boolean {
  return (headers.get("content-type") ?? "").startsWith("text/event-stream");
}
