import { AUDIT_OK, type AuditEntry } from "../../domain/audit.ts";
import type { AuditFilter } from "../contract/audit.ts";
import type { Page, PageRequest } from "../contract/page.ts";
import { AUDIT_COLUMNS, readAuditHead } from "./audit-chain.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { type Branch, readPage } from "./keyset.ts";
import type { Predicate } from "./predicate.ts";

/** Actions that fill the log. Their entries are near wherever one looks, so they have no index. */
const FREQUENT_ACTIONS = ["createJob", "createJobs", "executeTask", "receiveDelivery"] as const;

/** The condition of the index `audit_rare_action`. SQLite uses the index only if it sees the same condition. */
const IS_RARE = `action NOT IN (${FREQUENT_ACTIONS.map((action) => `'${action}'`).join(", ")})`;

/** One page of the audit log, the newest entries first. */
export function listAudit(sql: Sql, filter: AuditFilter, request: PageRequest): Page<AuditEntry> {
  const query = { table: "audit", columns: AUDIT_COLUMNS, branches: [branchOf(sql, filter)] };
  const { items, nextCursor } = readPage<AuditEntry>(sql, query, request);
  return { items: items.map(entryOf), nextCursor };
}

function branchOf(sql: Sql, filter: AuditFilter): Branch {
  const { where, values } = predicate(sql, filter);
  const index = indexFor(filter);
  return index === undefined ? { where, values } : { where, values, few: index };
}

function predicate(sql: Sql, { actor, action, target, outcome, from, to }: AuditFilter): Predicate {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (part: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    parts.push(part);
    values.push(value);
  };
  add("actor = ?", actor);
  add(isRare(action) ? `${IS_RARE} AND action = ?` : "action = ?", action);
  add("target = ?", target);
  add(isFailure(outcome) ? "outcome <> 'ok' AND outcome = ?" : "outcome = ?", outcome);
  add("id >= ?", from === undefined ? undefined : firstSince(sql, from));
  add("id < ?", to === undefined ? undefined : firstSince(sql, to));
  return { where: parts.length === 0 ? "TRUE" : parts.join(" AND "), values };
}

/** Returns the index with the fewest entries to look at; undefined to read the log as it is. */
function indexFor({ actor, action, target, outcome }: AuditFilter): string | undefined {
  if (target !== undefined) return "audit_target";
  if (isFailure(outcome)) return "audit_failure";
  if (isRare(action)) return "audit_rare_action";
  return actor === undefined ? undefined : "audit_actor";
}

const isRare = (action: string | undefined): boolean =>
  action !== undefined && !FREQUENT_ACTIONS.some((frequent) => frequent === action);

const isFailure = (outcome: string | undefined): boolean => outcome !== undefined && outcome !== AUDIT_OK;

/**
 * Returns the id of the first entry at a time or later. Ids have no gaps, and times grow with them, unless the clock of
 * the machine was set back.
 * @param time ms since the epoch
 */
function firstSince(sql: Sql, time: number): number {
  let low = 1;
  let high = readAuditHead(sql).count + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = sql.get<{ at: number }>("SELECT at FROM audit WHERE id = ?", middle)?.at;
    // A log that somebody damaged is still listed.
    if (at !== undefined && at < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Leaves out what was only selected for sorting. */
function entryOf({ id, at, actor, action, target, outcome, address, count }: AuditEntry): AuditEntry {
  return { id, at, actor, action, target, outcome, address, count };
}
