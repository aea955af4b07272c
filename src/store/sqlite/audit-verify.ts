import type { AuditEntry } from "../../domain/audit.ts";
import type { AuditVerdict } from "../contract/maintenance.ts";
import { AUDIT_COLUMNS, auditHash, readAuditHead } from "./audit-chain.ts";
import { auditHeadPath, readAuditHeadFile } from "./audit-head-file.ts";
import type { Connection, Sql } from "./connection.ts";

type Row = AuditEntry & { hash: string };

/** Entries that are read at once. */
const STEP = 1_000;

/** Recomputes the whole chain, and compares its end with the table and the file that say what it has to be. */
export function verifyAudit({ sql, file }: Connection): AuditVerdict {
  const kept = readAuditHeadFile(file);
  let hash = "";
  let count = 0;
  const broken = (id: number, reason: string): AuditVerdict => ({ count, broken: { id, reason }, notes: [] });
  for (const row of rows(sql)) {
    if (row.id !== count + 1) return broken(count + 1, "it is missing");
    hash = auditHash(hash, row);
    if (row.hash !== hash) return broken(row.id, "it was changed, or the one before it");
    if (kept?.count === row.id && kept.hash !== hash) return broken(row.id, `it differs from ${auditHeadPath(file)}`);
    count = row.id;
  }
  const head = readAuditHead(sql);
  for (const known of [head, kept]) {
    if (known !== undefined && known.count > count) return broken(count + 1, "it is missing at the end");
  }
  if (head.count < count) return broken(head.count + 1, "it was added by something else");
  if (head.hash !== hash) return broken(count, "it is not the entry that was written last");
  const isUnkept = kept === undefined && count > 0;
  const note = `${auditHeadPath(file)} is missing, so entries that were removed at the end might not be noticed`;
  return { count, broken: undefined, notes: isUnkept ? [note] : [] };
}

function* rows(sql: Sql): Generator<Row> {
  const query = `SELECT ${AUDIT_COLUMNS}, hash FROM audit WHERE id > ? ORDER BY id LIMIT ${STEP}`;
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const step = sql.all<Row>(query, last);
    yield* step;
    const end = step.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}
