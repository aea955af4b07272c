import { AUDIT_OK, type AuditDraft, type AuditEntry, type AuditHead, auditText } from "../../domain/audit.ts";
import type { NewEvent } from "../../domain/events.ts";
import type { Sql } from "./connection.ts";

/** Columns of `audit` that make an {@link AuditEntry}. */
export const AUDIT_COLUMNS = "id, at, actor, action, target, outcome, address, count";

/** Returns the hash of an entry. @param before hash of the entry before */
export function auditHash(before: string, entry: AuditEntry): string {
  return new Bun.CryptoHasher("sha256").update(auditText(before, entry)).digest("hex");
}

/** What the log ends with, as the table beside it says. */
export function readAuditHead(sql: Sql): AuditHead {
  return sql.get<AuditHead>("SELECT count, hash FROM audit_head") ?? { count: 0, hash: "" };
}

/** What is added to the log. */
export interface NewAuditEntry {
  draft: AuditDraft;
  outcome: string;
  count: number;
}

/** Adds an entry to the chain. Runs in the transaction of what the entry is about. */
export function appendAudit(sql: Sql, now: number, { draft, outcome, count }: NewAuditEntry): AuditEntry {
  const head = readAuditHead(sql);
  const { actor, action, target, address } = draft;
  const entry: AuditEntry = { id: head.count + 1, at: now, actor, action, target, outcome, address, count };
  const hash = auditHash(head.hash, entry);
  sql.run(
    `INSERT INTO audit (${AUDIT_COLUMNS}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    entry.id,
    now,
    actor,
    action,
    target,
    outcome,
    address,
    count,
    hash,
  );
  sql.run("UPDATE audit_head SET count = ?, hash = ?", entry.id, hash);
  return entry;
}

/** Adds the entry of a change. What the change created or touched is known from its events. */
export function appendChange(sql: Sql, now: number, draft: AuditDraft, emitted: readonly NewEvent[]): AuditEntry {
  const target = targetOf(draft.target, emitted);
  return appendAudit(sql, now, { draft: { ...draft, target }, outcome: AUDIT_OK, count: 1 });
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
