import type { ApiKey, User } from "../../domain/credentials.ts";
import { PRINCIPAL_KINDS, type Principal, ROLES } from "../../domain/principal.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import { TEXT, TIME, TIME_OR_NULL } from "./parts.ts";
import { defineResource, type Typed, type View } from "./resource.ts";

const ROLE = { type: "string", enum: ROLES } as const;
const PATTERNS: Typed<readonly string[] | null> = { anyOf: [{ type: "array", items: TEXT }, { type: "null" }] };
const TASKS = {
  ...PATTERNS,
  description: "Patterns of the labels of tasks that it is limited to; null means all tasks.",
} as const;

/** A person who logs in with a password. */
export const USER = defineResource("A person who logs in with a password.", {
  name: { ...TEXT, description: "Unique name, without regard to case." },
  role: { ...ROLE, description: "What the user may do." },
  tasks: TASKS,
  createdAt: { ...TIME, description: "When the user was created." },
  updatedAt: { ...TIME, description: "When role, tasks or password last changed." },
  lastLoginAt: { ...TIME_OR_NULL, description: "When the user last logged in; null before the first time." },
});

const KEY_MEMBERS = {
  name: { ...TEXT, description: "Unique among the keys that are not revoked, without regard to case." },
  role: { ...ROLE, description: "What the key may do." },
  tasks: TASKS,
  start: { ...TEXT, description: "The first characters of the key." },
  createdAt: { ...TIME, description: "When the key was created." },
  rotatedAt: { ...TIME, description: "When its current secret was created." },
  expiresAt: { ...TIME_OR_NULL, description: "When it expires; null means never." },
  previousExpiresAt: {
    ...TIME_OR_NULL,
    description: "When the secret before the last rotation expires; null if it is not valid any more.",
  },
  revokedAt: { ...TIME_OR_NULL, description: "When it was revoked; null if it was not." },
  lastUsedAt: {
    ...TIME_OR_NULL,
    description: "When it was last used, up to half a minute late; null before the first time.",
  },
} as const;

/** A key for programs, without its secret. */
export const API_KEY = defineResource("A key for programs. It is shown once, when it is created.", KEY_MEMBERS);

/** A key that was just created or rotated. */
export const ISSUED_KEY = defineResource("A new key, which is not shown again.", {
  ...KEY_MEMBERS,
  key: { ...TEXT, description: "The key itself, to be sent as `Authorization: Bearer rtk_...`." },
});

/** Who a caller is. */
export const IDENTITY = defineResource("Who the caller is, and what they may do.", {
  kind: { type: "string", enum: PRINCIPAL_KINDS, description: "How the caller identified themselves." },
  name: { ...TEXT, description: "Name of the user or key." },
  role: { ...ROLE, description: "What the caller may do." },
  tasks: TASKS,
});

/** A user as every door shows it. */
export function userView({ name, role, tasks, createdAt, updatedAt, lastLoginAt }: User): View<typeof USER> {
  return {
    name,
    role,
    tasks,
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
    lastLoginAt: timeTextOrNull(lastLoginAt),
  };
}

/** A key as every door shows it. */
export function keyView(key: ApiKey): View<typeof API_KEY> {
  return {
    name: key.name,
    role: key.role,
    tasks: key.tasks,
    start: key.start,
    createdAt: timeText(key.createdAt),
    rotatedAt: timeText(key.rotatedAt),
    expiresAt: timeTextOrNull(key.expiresAt),
    previousExpiresAt: timeTextOrNull(key.previousExpiresAt),
    revokedAt: timeTextOrNull(key.revokedAt),
    lastUsedAt: timeTextOrNull(key.lastUsedAt),
  };
}

/** Who a caller is, as every door shows it. */
export function identityView({ kind, name, role, tasks }: Principal): View<typeof IDENTITY> {
  return { kind, name, role, tasks: tasks ?? null };
}
