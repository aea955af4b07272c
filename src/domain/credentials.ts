import type { Principal, Role } from "./principal.ts";

/** What a user or a key may do. */
export interface Grant {
  role: Role;
  /** Label patterns of tasks; null: all tasks. */
  tasks: readonly string[] | null;
}

/** A person who logs in with a password. Times are ms since the epoch. */
export interface User extends Grant {
  id: number;
  /** Unique, without regard to case. */
  name: string;
  createdAt: number;
  updatedAt: number;
  lastLoginAt: number | null;
}

/** An API key, without its secret. Times are ms since the epoch. */
export interface ApiKey extends Grant {
  id: number;
  /** Unique among the keys that are not revoked, without regard to case. */
  name: string;
  /** The first characters of the latest secret. */
  start: string;
  createdAt: number;
  /** When the latest secret was created. */
  rotatedAt: number;
  /** When the latest secret expires; null: never. */
  expiresAt: number | null;
  /** When the secret before it expires, if that is still valid. */
  previousExpiresAt: number | null;
  revokedAt: number | null;
  /** Written up to 10 s late. */
  lastUsedAt: number | null;
}

/** A key that was found by one of its secrets. */
export interface FoundKey extends Grant {
  id: number;
  name: string;
  /** When the secret expires; null: never. */
  expiresAt: number | null;
  revokedAt: number | null;
}

/** A session that was found by its token. */
export interface FoundSession {
  /** Who it is. For a user, with the role that the user has now. */
  principal: Principal;
  usedAt: number;
  /** When it ends if it is not used again. */
  idleUntil: number;
  /** When it ends in any case. */
  expiresAt: number;
}

/** Maximum length of the name of a user or key, in characters. */
export const LONGEST_NAME = 100;

/** Returns what is wrong with the name of a user or key; undefined if nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > LONGEST_NAME) return `has ${name.length} characters; it may have up to ${LONGEST_NAME}`;
  if (!/^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}._@+-]*)$/u.test(name)) {
    return "may only have letters, digits and . _ @ + -, and must start with a letter or digit";
  }
  return undefined;
}

/** Returns the principal for a user or a key. */
export function principalOf(kind: "user" | "key", { name, role, tasks }: Grant & { name: string }): Principal {
  return tasks === null ? { kind, name, role } : { kind, name, role, tasks };
}
