import type { Span } from "../../domain/trace.ts";
import type { ReadTrace } from "../../service/executions/read-trace.ts";
import { SIZE_OR_NULL, TEXT, TEXT_OR_NULL, TIME } from "./parts.ts";
import { defineResource, type Typed, type View } from "./resource.ts";

const ATTRIBUTES: Typed<Readonly<Record<string, string | number>>> & object = {
  ...{ type: "object", additionalProperties: { type: ["string", "number"] } },
};

/** A part of a trace. */
export const SPAN = defineResource("A part of a trace: something that took time.", {
  spanId: { ...TEXT, description: "Id of the span, 16 hexadecimal digits." },
  parentSpanId: {
    ...TEXT_OR_NULL,
    description: "Id of the span that it is a part of; null for the root of the trace.",
  },
  name: {
    ...TEXT,
    description:
      "enqueue, wait, attempt, stretch, sleep, validation, run, fetch, or the method and route of the request.",
  },
  kind: {
    type: "string",
    enum: ["internal", "server", "client"],
    description: "server for a request to this server, client for a call of the task, internal for the rest.",
  },
  startedAt: { ...TIME, description: "When it started, with microseconds." },
  durationUs: { ...SIZE_OR_NULL, description: "How long it took, in microseconds; null while it lasts." },
  status: { type: "string", enum: ["ok", "error"], description: "Whether it failed. A response of 5xx is a failure." },
  message: { ...TEXT_OR_NULL, description: "Why it failed; null if it did not." },
  attributes: { ...ATTRIBUTES, description: "Facts by their names, such as url.full." },
});

/** The trace of an execution. */
export const TRACE = defineResource("The trace of an execution, from the request that led to it on.", {
  traceId: {
    ...TEXT_OR_NULL,
    description: "Id of the trace, 32 hexadecimal digits; null if the execution is older than traces.",
  },
  spans: { type: "array", items: SPAN, description: "The spans, parents before their children." },
});

/** A span as REST shows it. */
export function spanView({ startedUs, error, ...span }: Span): View<typeof SPAN> {
  return { ...span, startedAt: microTimeText(startedUs), status: error === null ? "ok" : "error", message: error };
}

/** A trace as REST shows it. */
export function traceView({ traceId, spans }: ReadTrace): View<typeof TRACE> {
  return { traceId, spans: spans.map(spanView) };
}

/** Formats a time as ISO 8601 in UTC, with microseconds. */
function microTimeText(us: number): string {
  const milliseconds = Math.floor(us / 1_000);
  const rest = String(us - milliseconds * 1_000).padStart(3, "0");
  return new Date(milliseconds).toISOString().replace("Z", `${rest}Z`);
}

/** A trace for the examples of the OpenAPI document. */
export const TRACE_EXAMPLE = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  spans: [
    {
      spanId: "a1b2c3d4e5f60000",
      parentSpanId: "00f067aa0ba902b7",
      name: "attempt",
      kind: "internal",
      startedAt: "2026-11-23T08:00:00.000250Z",
      durationUs: 1_840,
      status: "ok",
      message: null,
      attributes: { "ratchet.job.id": 17, "ratchet.task": "addition" },
    },
  ],
} satisfies View<typeof TRACE>;
