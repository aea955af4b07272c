import type { ApiKey } from "../../../domain/credentials.ts";

/** Returns "valid", "expired" or "revoked". @param now ms since the epoch */
export function keyState({ revokedAt, expiresAt }: ApiKey, now: number): string {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "valid";
}

/** The patterns of tasks for people. */
export function tasksText(tasks: readonly string[] | null): string {
  return tasks === null ? "all" : tasks.join(", ");
}
