import { Elysia } from "elysia";

/**
 * Ends the stream of a HEAD request for events. Elysia reads bodies to find out their length, and such a stream never
 * ends.
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
