import { AUDIT_OK, type AuditDraft, type AuditEntry, type AuditHead, auditText } from "../../domain/audit.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { insertRows } from "./insert-rows.ts";

/** Columns of `audit` that make an {@link AuditEntry}. */
export const AUDIT_COLUMNS = "id, at, actor, action, target, outcome, address, count";

/** Returns the hash of an entry. @param before hash of the entry before */
export function auditHash(before: string, entry: AuditEntry): string {
  return Bun.SHA256.hash(auditText(before, entry), "hex");
}

/** What the log ends with, as the table beside it says. */
export function readAuditHead(sql: Sql): AuditHead {
  return sql.get<AuditHead>("SELECT count, hash FROM audit_head") ?? { count: 0, hash: "" };
}

/** Whether the file beside the database was ever written. */
export function isAuditAnchored(sql: Sql): boolean {
  return sql.get<{ anchored: number }>("SELECT anchored FROM audit_head")?.anchored === 1;
}

/** What is added to the log. */
export interface NewAuditEntry {
  draft: AuditDraft;
  outcome: string;
  count: number;
}

/**
 * Adds entries to the chain, in order. Runs in the transaction of what the entries are about, once for all of them: the
 * end of the chain is read and written once, however many there are.
 */
export function appendAudit(sql: Sql, now: number, added: readonly NewAuditEntry[]): AuditEntry[] {
  if (added.length === 0) return [];
  let { count: id, hash } = readAuditHead(sql);
  const entries: AuditEntry[] = [];
  const rows: SqlValue[][] = [];
  for (const { draft, outcome, count } of added) {
    const { actor, action, target, address } = draft;
    id += 1;
    const entry: AuditEntry = { id, at: now, actor, action, target, outcome, address, count };
    hash = auditHash(hash, entry);
    entries.push(entry);
    rows.push([id, now, actor, action, target, outcome, address, count, hash]);
  }
  insertRows(sql, `audit (${AUDIT_COLUMNS}, hash)`, "(?, ?, ?, ?, ?, ?, ?, ?, ?)", rows);
  sql.run("UPDATE audit_head SET count = ?, hash = ?", id, hash);
  return entries;
}

/** Returns the entry of a change. What the change created or touched is known from its events. */
export function entryOfChange(draft: AuditDraft, emitted: readonly NewEvent[]): NewAuditEntry {
  const { actor, action, address } = draft;
  return { draft: { actor, action, target: targetOf(draft.target, emitted), address }, outcome: AUDIT_OK, count: 1 };
}

/** A target without an id, such as `jobs`, gets the id of what was created. */
function targetOf(target: string | null, emitted: readonly NewEvent[]): string | null {
  if (target !== "jobs" && target !== "schedules") return target;
  const ids = new Set<number>();
  for (const { jobId, scheduleId } of emitted) {
    const id = target === "jobs" ? jobId : scheduleId;
    if (id != null) ids.add(id);
  }
  const [first] = ids;
  if (first === undefined) return target;
  return ids.size === 1 ? `${target}/${first}` : `${target}/${first} and ${ids.size - 1} more`;
}
