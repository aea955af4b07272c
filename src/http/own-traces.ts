import type { HttpSend } from "../domain/http.ts";
import { SAMPLED } from "../domain/trace.ts";
import { Lru } from "../lib/lru.ts";
import { randomHex } from "../lib/random-hex.ts";
import { traceHeader } from "../telemetry/tracing/trace-headers.ts";

/** The most executions whose traces are remembered. */
const MOST_EXECUTIONS = 1_000;

/** Puts the calls of each execution that records no trace into a trace of its own. The host's own requests have none. */
export function withOwnTraces(next: HttpSend): HttpSend {
  const traces = new Lru<string, string>(MOST_EXECUTIONS, () => 1);
  return (request, signal) => {
    const { owner, trace } = request;
    if (owner === undefined || trace !== undefined) return next(request, signal);
    const traceId = traces.get(owner.executionId) ?? randomHex(16);
    traces.set(owner.executionId, traceId);
    const traceparent = traceHeader({ traceId, spanId: randomHex(8), flags: SAMPLED });
    return next({ ...request, trace: { traceparent, tracestate: null } }, signal);
  };
}
