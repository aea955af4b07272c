import type { KeyDefinition } from "../key-definition.ts";

const DAY_MS = 24 * 3_600_000;

/** Keys of access control. `./ratchet.yaml` may set none of them to anything but their defaults. */
export const AUTH_KEYS = {
  "auth.enabled": {
    form: { type: "boolean" },
    default: true,
    description:
      "Require credentials as soon as a user or key exists, and always on an address that other machines reach. If false, everyone who reaches the server may do everything.",
    allowedInProject: (value) => value === true,
    projectRule: "./ratchet.yaml may not turn it off.",
  },
  "auth.session.idle_timeout": {
    form: { type: "duration", min: 1_000, max: 365 * DAY_MS },
    default: DAY_MS,
    description: "How long a session lasts without a request.",
    allowedInProject: () => false,
  },
  "auth.session.max_age": {
    form: { type: "duration", min: 1_000, max: 365 * DAY_MS },
    default: 7 * DAY_MS,
    description: "How long a session lasts in any case.",
    allowedInProject: () => false,
  },
  "auth.admin.user": {
    form: { type: "string" },
    example: "admin",
    variable: "RATCHET_ADMIN_USER",
    description: "Create this admin when the server starts, unless the user exists. Needs auth.admin.password_file.",
    allowedInProject: () => false,
  },
  "auth.admin.password_file": {
    form: { type: "string" },
    example: "/run/secrets/admin-password",
    variable: "RATCHET_ADMIN_PASSWORD_FILE",
    description: "A file with the password of that admin. The last line feed is not part of the password.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;
