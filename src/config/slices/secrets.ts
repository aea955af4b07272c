import type { KeyDefinition } from "../key-definition.ts";

/** Keys of the stored secrets. */
export const SECRETS_KEYS = {
  "secrets.key_file": {
    form: { type: "string" },
    example: "/etc/ratchet/secrets.key",
    description:
      "File with the master key of the stored secrets: 32 bytes in base64. RATCHET_SECRETS_KEY overrides it. Without both, a key is generated next to the database.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;
