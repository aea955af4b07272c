import type { KeyDefinition } from "../key-definition.ts";

/** Settings of metrics. */
export const METRICS_KEYS = {
  "metrics.enabled": {
    form: { type: "boolean" },
    default: true,
    description: "Measure the server, and publish the metrics at /metrics.",
  },
} as const satisfies Record<string, KeyDefinition>;
