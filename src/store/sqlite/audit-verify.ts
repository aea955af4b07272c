import type { AuditEntry } from "../../domain/audit.ts";
import type { AuditCheck, AuditVerdict } from "../contract/maintenance.ts";
import { AUDIT_COLUMNS, auditHash, isAuditAnchored, readAuditHead } from "./audit-chain.ts";
import { auditHeadPath, readAuditHeadFile } from "./audit-head-file.ts";
import { missingAuditTriggers } from "./audit-triggers.ts";
import type { Connection, Sql } from "./connection.ts";

type Row = AuditEntry & { hash: string };
type Broken = NonNullable<AuditVerdict["broken"]>;

/** Entries that are read at once. */
const STEP = 1_000;

/**
 * Recomputes the chain, and compares its end with the table and the file that say what it has to be. Then it looks for the
 * triggers that let the log only grow.
 */
export function verifyAudit(connection: Connection, { anchor = true, newest }: AuditCheck = {}): AuditVerdict {
  const { sql, file } = connection;
  const last = sql.get<{ id: number | null }>("SELECT max(id) AS id FROM audit")?.id ?? 0;
  const first = newest === undefined ? 0 : Math.max(0, last - newest);
  const kept = anchor ? readAuditHeadFile(file) : "ignored";
  const chain = verifyChain(sql, first);
  const broken =
    chain.broken ??
    brokenHead(sql, chain) ??
    (typeof kept === "object" ? brokenAnchor(sql, chain, { kept, path: auditHeadPath(file) }) : undefined) ??
    anchorTrouble(connection, kept) ??
    triggerTrouble(connection);
  const notes = first === 0 ? [] : [`only the newest ${chain.count - first} of ${chain.count} entries were checked`];
  if (kept === "missing" && chain.count > 0) notes.push(`${auditHeadPath(file)} was not written yet`);
  return { count: chain.count, broken, notes: broken === undefined ? notes : [] };
}

/** The end of a chain that is as it was written. */
interface Chain {
  count: number;
  hash: string;
  broken: Broken | undefined;
}

/** @param first number of entries that are taken for granted */
function verifyChain(sql: Sql, first: number): Chain {
  let count = first;
  let hash = first === 0 ? "" : (hashAt(sql, first) ?? "");
  for (const row of rows(sql, first)) {
    if (row.id !== count + 1) return { count, hash, broken: { id: count + 1, reason: "it is missing" } };
    const right = auditHash(hash, row);
    if (row.hash !== right) {
      return { count, hash, broken: { id: row.id, reason: "it was changed, or the one before it" } };
    }
    hash = right;
    count = row.id;
  }
  return { count, hash, broken: undefined };
}

const hashAt = (sql: Sql, id: number): string | undefined =>
  sql.get<{ hash: string }>("SELECT hash FROM audit WHERE id = ?", id)?.hash;

const MISSING_AT_THE_END = "it is missing at the end";

/** Compares the end of the chain with the table beside it. */
function brokenHead(sql: Sql, { count, hash }: Chain): Broken | undefined {
  const head = readAuditHead(sql);
  if (head.count > count) return { id: count + 1, reason: MISSING_AT_THE_END };
  if (head.count < count) {
    const reason = `the database counts only ${head.count} entries: it was added by something else, or the count was changed`;
    return { id: head.count + 1, reason };
  }
  return head.hash === hash ? undefined : { id: count, reason: "it is not the entry that was written last" };
}

/** Compares the chain with the file. */
function brokenAnchor(
  sql: Sql,
  { count }: Chain,
  { kept, path }: { kept: { count: number; hash: string }; path: string },
): Broken | undefined {
  if (kept.count > count) return { id: count + 1, reason: MISSING_AT_THE_END };
  if (kept.count === 0 || hashAt(sql, kept.count) === kept.hash) return undefined;
  return { id: kept.count, reason: `it differs from ${path}` };
}

function anchorTrouble({ sql, file }: Connection, kept: ReturnType<typeof readAuditHeadFile> | "ignored") {
  const path = auditHeadPath(file);
  if (kept === "unreadable") return { id: null, reason: `${path} can't be read, or is not what Ratchet wrote` };
  if (kept !== "missing" || !isAuditAnchored(sql)) return undefined;
  return { id: null, reason: `${path} is missing, so entries may have been removed at the end` };
}

function triggerTrouble(connection: Connection): Broken | undefined {
  const missing = missingAuditTriggers(connection.sql);
  if (missing.length === 0) return undefined;
  const reason = `the database no longer keeps the log from being changed: triggers were removed (${missing.join(", ")})`;
  return { id: null, reason };
}

function* rows(sql: Sql, first: number): Generator<Row> {
  const query = `SELECT ${AUDIT_COLUMNS}, hash FROM audit WHERE id > ? ORDER BY id LIMIT ${STEP}`;
  for (let last = first === 0 ? Number.MIN_SAFE_INTEGER : first; ; ) {
    const step = sql.all<Row>(query, last);
    yield* step;
    const end = step.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}
