import type { HttpSend } from "../domain/http.ts";
import type { TracePropagation } from "../domain/trace.ts";
import { portOf } from "./policy/match-rule.ts";

/**
 * Creates the layer that adds the trace of an execution to the requests of its task. Each hop of a redirect passes it, so that
 * a trace goes to no other hosts than it may. Headers that the task has set itself stay as they are.
 */
export function propagateTrace(next: HttpSend, propagation: TracePropagation): HttpSend {
  if (propagation === "none") return next;
  return (request, signal) => {
    const { trace, headers } = request;
    if (trace === undefined || headers.some(([name]) => name.toLowerCase() === "traceparent")) {
      return next(request, signal);
    }
    if (propagation !== "all" && !covers(propagation, new URL(request.url))) return next(request, signal);
    const traced: [string, string][] = [...headers, ["traceparent", trace.traceparent]];
    const hasState = headers.some(([name]) => name.toLowerCase() === "tracestate");
    if (trace.tracestate !== null && !hasState) traced.push(["tracestate", trace.tracestate]);
    return next({ ...request, headers: traced }, signal);
  };
}

function covers(hosts: readonly string[], url: URL): boolean {
  const name = url.hostname.replace(/\.$/, "");
  const withPort = `${name}:${portOf(url)}`;
  return hosts.some((host) => {
    if (!host.startsWith("*.")) return host === name || host === withPort;
    const end = host.slice(1);
    return (name.length > end.length && name.endsWith(end)) || withPort.endsWith(end);
  });
}
