import type { ApiKey } from "../../../domain/credentials.ts";
import { timeText } from "../../../lib/time-text.ts";

/**
 * Says whether a key works, and since when not, or until when the one before it works too.
 * @param now ms since the epoch
 */
export function stateText({ revokedAt, expiresAt, previousExpiresAt }: ApiKey, now: number): string {
  if (revokedAt !== null) return `revoked at ${timeText(revokedAt)}`;
  const state = expiresAt !== null && expiresAt <= now ? "expired" : "valid";
  if (previousExpiresAt === null || previousExpiresAt <= now) return state;
  return `${state}, previous one until ${timeText(previousExpiresAt)}`;
}

/** The patterns of tasks for people. */
export function tasksText(tasks: readonly string[] | null): string {
  return tasks === null ? "all" : tasks.join(", ");
}
