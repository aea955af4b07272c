import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { AuditHead } from "../../domain/audit.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { isObject } from "../../lib/is-object.ts";
import { readAuditHead } from "./audit-chain.ts";
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

/** Reads the file; undefined if it is missing or can't be understood. */
export function readAuditHeadFile(database: string): AuditHead | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(auditHeadPath(database), "utf8"));
    if (!isObject(value)) return undefined;
    const { count, hash } = value;
    return typeof count === "number" && typeof hash === "string" ? { count, hash } : undefined;
  } catch {
    return undefined;
  }
}

/** What {@link createAuditHeadFile} needs. */
export interface AuditHeadFileOptions {
  /** Path of the database. */
  database: string;
  sql: Sql;
  clock: Clock;
  /** Called once if the log no longer contains what the file says. The file then stays as it is. */
  onBroken: (message: string) => void;
}

/** Creates the keeper of the file. */
export function createAuditHeadFile({ database, sql, clock, onBroken }: AuditHeadFileOptions): AuditHeadFile {
  let timer: Timer | undefined;
  let isBroken = false;

  function write(): void {
    timer = undefined;
    if (isBroken) return;
    const earlier = readAuditHeadFile(database);
    if (earlier !== undefined && !contains(sql, earlier)) {
      isBroken = true;
      onBroken(`the audit log no longer has its entry ${earlier.count}: run \`ratchet audit verify\``);
      return;
    }
    const path = auditHeadPath(database);
    // Complete or not at all.
    writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(readAuditHead(sql))}\n`, { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
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

function contains(sql: Sql, { count, hash }: AuditHead): boolean {
  if (count === 0) return true;
  return sql.get<{ hash: string }>("SELECT hash FROM audit WHERE id = ?", count)?.hash === hash;
}
