import type { AuditEntry } from "../../domain/audit.ts";
import type { AuditFilter } from "../contract/audit.ts";
import type { Page, PageRequest } from "../contract/page.ts";
import { AUDIT_COLUMNS } from "./audit-chain.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { readPage } from "./keyset.ts";

/** One page of the audit log, the newest entries first. */
export function listAudit(sql: Sql, filter: AuditFilter, request: PageRequest): Page<AuditEntry> {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (part: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    parts.push(part);
    values.push(value);
  };
  add("actor = ?", filter.actor);
  add("action = ?", filter.action);
  add("target = ?", filter.target);
  add("outcome = ?", filter.outcome);
  add("at >= ?", filter.from);
  add("at < ?", filter.to);
  const where = parts.length === 0 ? "TRUE" : parts.join(" AND ");
  const query = { table: "audit", columns: AUDIT_COLUMNS, branches: [{ where, values }] };
  const { items, nextCursor } = readPage<AuditEntry>(sql, query, request);
  return { items: items.map(entryOf), nextCursor };
}

/** Leaves out what was only selected for sorting. */
function entryOf({ id, at, actor, action, target, outcome, address, count }: AuditEntry): AuditEntry {
  return { id, at, actor, action, target, outcome, address, count };
}
