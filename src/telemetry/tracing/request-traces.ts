import { AsyncLocalStorage } from "node:async_hooks";
import { type RequestOrigin, SAMPLED, type TraceContext } from "../../domain/trace.ts";
import { randomHex } from "../../lib/random-hex.ts";
import type { TraceExporter } from "../export/trace-exporter.ts";
import type { SpanClock } from "./span-clock.ts";
import { readTraceContext } from "./trace-headers.ts";

/** A request that is being served, as a span of its trace. */
export interface RequestSpan {
  /** What the request leads to has this context. Its `spanId` is that of the request. */
  readonly context: TraceContext;
  /** The caller's span; null if it sent none. */
  readonly parentSpanId: string | null;
  readonly method: string;
  /** µs since the epoch. */
  readonly startedUs: number;
  /** Path of the route, with names in place of values; undefined until it is known. */
  route: string | undefined;
  /** The job that the request created; null if there are several. */
  jobId: number | null | undefined;
  /** Label of the task that the request is about. */
  task: string | undefined;
}

/**
 * Knows the request that each call belongs to. It goes along with asynchronous calls, so that no call between the door and
 * the queue has to pass it on.
 */
export interface RequestTraces {
  /** Creates the span of a request, in the trace of its caller or in a new one. */
  begin(method: string, headers: Headers): RequestSpan;
  /** Ends the span of a request. @param status of the response */
  end(span: RequestSpan, status: number): void;
  /** Does the work of a request. */
  during<T>(span: RequestSpan, work: () => T): T;
  /** Returns the request that the caller works for. */
  current(): RequestSpan | undefined;
}

/** @param exporter sends the spans. @default nothing is sent */
export function createRequestTraces(now: SpanClock, exporter?: Pick<TraceExporter, "add">): RequestTraces {
  const current = new AsyncLocalStorage<RequestSpan>();
  return {
    begin(method, headers) {
      const parent = readTraceContext(headers.get("traceparent"), headers.get("tracestate"));
      const spanId = randomHex(8);
      const context = parent === undefined ? newContext(spanId) : { ...parent, spanId };
      return {
        context,
        parentSpanId: parent?.spanId ?? null,
        method,
        startedUs: now(),
        route: undefined,
        jobId: undefined,
        task: undefined,
      };
    },
    end(span, status) {
      if (exporter === undefined) return;
      const end = { endedUs: now(), status, jobId: span.jobId ?? undefined, task: span.task };
      exporter.add({ kind: "request", trace: span.context, request: originOf(span), end });
    },
    during: (span, work) => current.run(span, work),
    current: () => current.getStore(),
  };
}

function newContext(spanId: string): TraceContext {
  return { traceId: randomHex(16), spanId, flags: SAMPLED, state: null };
}

/** What is kept of a request with a job that it creates. */
export function originOf({ context, parentSpanId, method, route, startedUs }: RequestSpan): RequestOrigin {
  return { spanId: context.spanId, parentSpanId, method, route: route ?? "unknown", startedUs };
}
