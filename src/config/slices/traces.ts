import type { KeyDefinition } from "../key-definition.ts";
import { PROPAGATION_SCHEMA, readPropagation, writePropagation } from "../trace-values.ts";

/** Settings of traces. */
export const TRACE_KEYS = {
  "telemetry.traces.endpoint": {
    form: { type: "string", check: endpointProblem },
    example: "http://127.0.0.1:4318/v1/traces",
    description:
      "Where the server sends its traces, by OTLP over HTTP: the full URL. Default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or OTEL_EXPORTER_OTLP_ENDPOINT with /v1/traces. Without any of them, nothing is sent.",
    allowedInProject: () => false,
  },
  "telemetry.traces.propagate": {
    form: {
      type: "structure",
      isText: true,
      read: readPropagation,
      write: writePropagation,
      schema: PROPAGATION_SCHEMA,
    },
    example: "all",
    description:
      "The hosts to which calls of tasks carry the header traceparent: all (the default), none, or a list of names such as api.example.com, *.example.com or localhost:9000. A redirect to another host carries it only if that host is listed.",
    allowedInProject: (value) => value === "none",
    projectRule: "./ratchet.yaml may only set it to none.",
  },
} as const satisfies Record<string, KeyDefinition>;

function endpointProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "is not a URL";
  return /^https?:$/.test(new URL(text).protocol) ? undefined : "is not an http: or https: URL";
}
