import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import type { Span } from "../../../domain/trace.ts";
import { isObject } from "../../../lib/is-object.ts";

/** Reads the spans of a server's response. */
export function readSpans({ spans }: JsonObject): Span[] {
  return Array.isArray(spans) ? spans.filter((span) => isObject(span)).map(readSpan) : [];
}

function readSpan(span: JsonObject): Span {
  return {
    spanId: String(span.spanId),
    parentSpanId: typeof span.parentSpanId === "string" ? span.parentSpanId : null,
    name: String(span.name),
    kind: span.kind === "server" || span.kind === "client" ? span.kind : "internal",
    startedUs: microseconds(String(span.startedAt)),
    durationUs: typeof span.durationUs === "number" ? span.durationUs : null,
    error: span.status === "error" ? String(span.message ?? "") : null,
    attributes: isObject(span.attributes) ? readAttributes(span.attributes) : {},
  };
}

function readAttributes(attributes: Record<string, JsonValue>): Record<string, string | number> {
  const read: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "string" || typeof value === "number") read[name] = value;
  }
  return read;
}

/** Reads a time with microseconds, which `Date` cuts off. */
function microseconds(text: string): number {
  const [, digits = ""] = /\.\d{3}(\d{3})/.exec(text) ?? [];
  return Date.parse(text) * 1_000 + Number(digits);
}
