import type { Caller, Identity } from "./principal.ts";

/** One entry of the audit log: who did what to which thing, when, from where, with what outcome. */
export interface AuditEntry {
  /** Entries have the ids 1, 2, 3 and so on, in the order in which they were stored. */
  id: number;
  /** ms since the epoch. */
  at: number;
  /** Such as `user:ada` or `key:ci`; see {@link actorOf}. */
  actor: string;
  /** Id of the operation in the OpenAPI document, such as `cancelJob`, whichever way it was asked for. */
  action: string;
  /** Path of the thing below /api/v1, such as `jobs/17`; null if there is nothing, or several in an entry with a count. */
  target: string | null;
  /** {@link AUDIT_OK}, or the code of an error. */
  outcome: string;
  /** IP address of the client. Empty on the command line, and if an entry with a count has several. */
  address: string;
  /** How many refusals with the same actor, action and outcome the entry stands for; 1 for everything else. */
  count: number;
}

/** An entry whose outcome is not known yet. */
export type AuditDraft = Pick<AuditEntry, "actor" | "action" | "target" | "address">;

/** The actor of a request without credentials. */
export const ANONYMOUS = "anonymous";

/** The actor of every request to a server without access control. */
export const LOCAL = "local";

/** The outcome of what was done. */
export const AUDIT_OK = "ok";

/** What the audit log ends with. */
export interface AuditHead {
  /** Number of entries. */
  count: number;
  /** Hash of the last entry; empty if the log is empty. */
  hash: string;
}

/** Names a caller in the audit log: its kind and its name, `local` without access control, or `anonymous`. */
export function actorOf({ principal }: Pick<Caller, "principal">): string {
  if (principal === undefined) return ANONYMOUS;
  return principal.kind === "local" ? LOCAL : identityActor(principal);
}

/** Names somebody who is known in the audit log, whether or not they may do anything. */
export function identityActor({ kind, name }: Identity): string {
  return `${kind}:${name}`;
}

/**
 * Returns the text that is hashed for an entry: the hash before it, and its members in a fixed order.
 * @param before hash of the entry before; empty for the first
 */
export function auditText(before: string, entry: AuditEntry): string {
  const { id, at, actor, action, target, outcome, address, count } = entry;
  return `${before}\n${JSON.stringify([id, at, actor, action, target, outcome, address, count])}`;
}
