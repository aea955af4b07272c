import { createTraceState, type HrTime, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { Span } from "../../domain/trace.ts";
import { executionSpans } from "../tracing/execution-spans.ts";
import { enqueueSpan, requestSpan } from "../tracing/origin-spans.ts";
import type { ExportedTrace, ExportItem } from "./export-item.ts";

/** Who sends spans. */
export interface SpanSource {
  serviceName: string;
  serviceVersion: string;
}

/** Creates the function that turns what has ended into OpenTelemetry's spans. */
export function spanReader({ serviceName, serviceVersion }: SpanSource): (item: ExportItem) => ReadableSpan[] {
  const resource = resourceFromAttributes({ "service.name": serviceName, "service.version": serviceVersion });
  const scope = { name: "ratchet", version: serviceVersion };
  return (item) => spansOf(item).map((span) => readableSpan(span, item.trace, { resource, scope }));
}

function spansOf(item: ExportItem): Span[] {
  switch (item.kind) {
    case "request":
      return [requestSpan(item.request, item.end)];
    case "job":
      return [enqueueSpan(item.trace, item.job, item.endedUs)];
    case "execution":
      return executionSpans(item.execution);
  }
}

interface Origin {
  resource: Resource;
  scope: { name: string; version: string };
}

const KINDS = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

function readableSpan(span: Span, { traceId, flags, state }: ExportedTrace, { resource, scope }: Origin): ReadableSpan {
  const { spanId, parentSpanId, error } = span;
  const context = { traceId, traceFlags: flags, ...(state === null ? {} : { traceState: createTraceState(state) }) };
  const durationUs = span.durationUs ?? 0;
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => ({ ...context, spanId }),
    ...(parentSpanId === null
      ? {}
      : { parentSpanContext: { traceId, traceFlags: flags, spanId: parentSpanId, isRemote: span.kind === "server" } }),
    startTime: hrTime(span.startedUs),
    endTime: hrTime(span.startedUs + durationUs),
    duration: hrTime(durationUs),
    status: error === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
    attributes: { ...span.attributes },
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Converts µs to seconds and nanoseconds. */
function hrTime(us: number): HrTime {
  const seconds = Math.floor(us / 1_000_000);
  return [seconds, (us - seconds * 1_000_000) * 1_000];
}
