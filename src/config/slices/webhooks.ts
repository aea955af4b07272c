import type { KeyDefinition } from "../key-definition.ts";
import { lowerOf } from "../project-limits.ts";

/** Settings of webhooks. */
export const WEBHOOK_KEYS = {
  "webhooks.max_body_size": {
    form: { type: "size", min: 1_024, max: 16 * 1_024 ** 2 },
    default: 1_024 ** 2,
    description: "Maximum size of a delivery. server.max_body_size applies as well.",
    inProject: lowerOf,
  },
} as const satisfies Record<string, KeyDefinition>;
