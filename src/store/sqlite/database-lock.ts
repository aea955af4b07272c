import { Database } from "bun:sqlite";
import { closeSync, openSync, realpathSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { RatchetError } from "../../domain/errors.ts";
import { defined } from "../../lib/defined.ts";
import { fromSqlite, isBusy } from "./sqlite-failure.ts";

/** The exclusive use of a database by this process. */
export interface DatabaseLock {
  /** Releases the database. Call it after the last write. */
  release(): void;
}

/** The process that holds the lock, as it described itself. */
interface Holder {
  token: string;
  pid: number;
  host: string;
  /** ms since the epoch. */
  since: number;
}

/** How long a try waits for another process that is only reading the lock file, ms. */
const BUSY_TIMEOUT_MS = 250;
/** A try fails only if another process starts or ends within the same milliseconds. */
const MAX_TRIES = 20;

/**
 * Reserves a database for this process, for as long as it lives.
 *
 * The lock is a transaction that stays open in a small SQLite file next to the database. So the kernel holds it, and
 * releases it however the process ends, on every system that SQLite supports. The database itself stays accessible:
 * `ratchet db` works next to a server.
 * @param file the database; must exist
 * @throws {RatchetError} ENVIRONMENT if another process has the lock, the lock file can't be used, or the database has
 *   several names (hard links): each name would get its own lock and its own log of changes, and SQLite would corrupt it
 */
export function lockDatabase(file: string, now: number): DatabaseLock {
  refuseHardLinks(file);
  // The real path: symbolic links to one database share its lock.
  const path = `${realpathSync(file)}-lock`;
  const own: Holder = { token: crypto.randomUUID(), pid: process.pid, host: hostname(), since: now };
  try {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const attempt = tryLock(path, own);
      if ("db" in attempt) return { release: () => release(attempt.db, path) };
      const { holder } = attempt;
      // If the file still has our own description, the other process has not written its own yet.
      if (holder !== undefined && holder.token !== own.token) throw inUse(file, holder);
    }
  } catch (error) {
    throw fromSqlite(error, path);
  }
  throw inUse(file, undefined);
}

function refuseHardLinks(file: string): void {
  const names = statSync(file).nlink;
  // Some file systems don't count links.
  if (names <= 1) return;
  throw new RatchetError("ENVIRONMENT", `The database ${file} has ${names} names in the file system (hard links).`, {
    remedy: `Remove the other names (find them with "find -samefile"), or copy the database with "ratchet db backup".`,
  });
}

function tryLock(path: string, own: Holder): { db: Database } | { holder: Holder | undefined } {
  closeSync(openSync(path, "a", 0o600));
  const file = inodeOf(path);
  const db = new Database(path, { readwrite: true, create: true });
  let kept = false;
  try {
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (!begin(db)) return { holder: readHolder(db) };
    if (readHolder(db)?.token !== own.token) {
      db.run("CREATE TABLE IF NOT EXISTS holder (description TEXT NOT NULL) STRICT");
      db.run("DELETE FROM holder");
      db.run("INSERT INTO holder VALUES (?)", [JSON.stringify(own)]);
      db.run("COMMIT");
      // Others can read only what is committed. The lock is the transaction after it.
      if (!begin(db)) return { holder: readHolder(db) };
      if (readHolder(db)?.token !== own.token) return { holder: undefined };
    }
    // A process that ends removes the file, and a lock on a removed file would keep nobody out.
    kept = inodeOf(path) === file;
    return kept ? { db } : { holder: undefined };
  } finally {
    if (!kept) db.close();
  }
}

function begin(db: Database): boolean {
  try {
    db.run("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function readHolder(db: Database): Holder | undefined {
  // Finalised at once: an open statement would keep the lock after the connection was closed.
  using known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'holder'");
  if (known.get() === null) return undefined;
  using stored = db.prepare<{ description: string }, []>("SELECT description FROM holder");
  const row = stored.get();
  return row === null ? undefined : (JSON.parse(row.description) as Holder);
}

function release(db: Database, path: string): void {
  try {
    // While the lock is held, so that no other process's file is removed. Windows keeps an open file, which does no
    // harm.
    rmSync(path, { force: true });
  } catch {
    // The lock counts, not the file.
  }
  db.run("ROLLBACK");
  db.close();
}

const inodeOf = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

function inUse(file: string, holder: Holder | undefined): RatchetError {
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid}${holder.host === hostname() ? "" : ` on ${holder.host}`}, which has been running since ${new Date(holder.since).toISOString()}`;
  return new RatchetError("ENVIRONMENT", `The database ${file} is in use by ${who}.`, {
    remedy: "Only one server can use a database. Stop the other one, or choose another database with --database.",
    ...defined({ data: holder && { pid: holder.pid, host: holder.host, since: holder.since } }),
  });
}
