import type { KeyDefinition } from "../key-definition.ts";
import { usersOwn } from "../project-limits.ts";

/** The audit log. */
export const AUDIT_KEYS = {
  "audit.log": {
    form: { type: "boolean" },
    default: false,
    description: "Also write each entry of the audit log as a message of the server.",
    inProject: usersOwn,
  },
} as const satisfies Record<string, KeyDefinition>;
