import type { RequestTraces } from "../../telemetry/tracing/request-traces.ts";
import { traceHeader } from "../../telemetry/tracing/trace-headers.ts";

/** Serves a request as a span of its trace, and tells the caller which one that is. */
export async function traced(
  request: Request,
  requests: RequestTraces,
  serve: () => Promise<Response>,
): Promise<Response> {
  const span = requests.begin(request.method, request.headers);
  const response = await requests.during(span, serve);
  requests.end(span, response.status);
  response.headers.set("traceresponse", traceHeader(span.context));
  return response;
}

/** Notes which route serves the current request. */
export function nameRoute(requests: RequestTraces, path: string): void {
  const span = requests.current();
  if (span !== undefined) span.route = path;
}
