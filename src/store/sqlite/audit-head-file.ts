import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { AuditHead } from "../../domain/audit.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { isObject } from "../../lib/is-object.ts";
import { isAuditAnchored, readAuditHead } from "./audit-chain.ts";
import type { Sql } from "./connection.ts";

/** Keeps what the audit log ends with in a file beside the database, for whoever changes the database. */
export interface AuditHeadFile {
  /** Writes the file soon. */
  changed(): void;
  /** Writes what is not in the file yet. */
  close(): void;
}

/** How long the file may lag behind, in ms. */
const LAG_MS = 1_000;

/** Returns where the file of a database is. */
export function auditHeadPath(database: string): string {
  return `${database}.audit`;
}

/** Reads the file. @returns what it says, or why it says nothing */
export function readAuditHeadFile(database: string): AuditHead | "missing" | "unreadable" {
  try {
    const value: unknown = JSON.parse(readFileSync(auditHeadPath(database), "utf8"));
    if (!isObject(value)) return "unreadable";
    const { count, hash } = value;
    return typeof count === "number" && typeof hash === "string" ? { count, hash } : "unreadable";
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "missing" : "unreadable";
  }
}

/** Writes the file with what the log ends with. It appears complete or not at all. */
export function writeAuditHeadFile(database: string, sql: Sql): void {
  const path = auditHeadPath(database);
  const { count, hash } = readAuditHead(sql);
  const draft = `${path}.${process.pid}`;
  // What is there is left from a crash, or a link that leads to another file, which must not be written to.
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify({ count, hash })}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
  // Only now, because a crash in between must not look as if the file had been removed.
  if (!isAuditAnchored(sql)) sql.run("UPDATE audit_head SET anchored = 1");
}

/** What {@link createAuditHeadFile} needs. */
export interface AuditHeadFileOptions {
  /** Path of the database. */
  database: string;
  sql: Sql;
  clock: Clock;
  /** Called once if the log no longer contains what the file says, or the file is gone. It then stays as it is. */
  onBroken: (message: string) => void;
}

/** Creates the keeper of the file. */
export function createAuditHeadFile({ database, sql, clock, onBroken }: AuditHeadFileOptions): AuditHeadFile {
  let timer: Timer | undefined;
  let isBroken = false;

  function write(): void {
    timer = undefined;
    if (isBroken) return;
    const trouble = troubleWith(sql, database);
    if (trouble === undefined) return writeAuditHeadFile(database, sql);
    isBroken = true;
    onBroken(`${trouble}: run \`ratchet audit verify\``);
  }

  function tryToWrite(): void {
    try {
      write();
    } catch {
      // A full disk, for example. The next entry tries again.
    }
  }

  return {
    changed() {
      timer ??= clock.after(LAG_MS, tryToWrite);
    },
    close() {
      if (timer === undefined) return;
      timer.cancel();
      tryToWrite();
    },
  };
}

/** Says what is wrong with the file, or with the log beside it. What is wrong is never written over. */
function troubleWith(sql: Sql, database: string): string | undefined {
  const earlier = readAuditHeadFile(database);
  if (earlier === "unreadable") return `${auditHeadPath(database)} can't be read`;
  if (earlier === "missing") {
    return isAuditAnchored(sql) ? `${auditHeadPath(database)} is missing` : undefined;
  }
  return contains(sql, earlier) ? undefined : `the audit log no longer has its entry ${earlier.count}`;
}

function contains(sql: Sql, { count, hash }: AuditHead): boolean {
  if (count === 0) return true;
  return sql.get<{ hash: string }>("SELECT hash FROM audit WHERE id = ?", count)?.hash === hash;
}
