import { existsSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createPrivateFile, restrictDatabase } from "./file-permissions.ts";
import { findInconsistencies } from "./invariants.ts";
import { type DatabaseLocation, parseDatabaseUrl } from "./location.ts";
import { type AppliedMigration, migrate, migrationStatus } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { fromSqlite, isDiskFull } from "./sqlite-failure.ts";

/** What `ratchet db status` shows. */
export interface DatabaseStatus {
  file: string;
  /** Bytes, including the write-ahead log. */
  sizeBytes: number;
  applied: AppliedMigration[];
  pending: { version: number; name: string }[];
  /** Number of rows by table; empty if there is no schema yet. */
  rows: Record<string, number>;
}

/** How long maintenance waits for a server that is writing, ms. */
const BUSY_TIMEOUT_MS = 30_000;

function fileOf(url: string): DatabaseLocation & { kind: "file" } {
  const location = parseDatabaseUrl(url);
  if (location.kind === "file") return location;
  throw new RatchetError("USAGE", "A database in memory can't be maintained by another process.", {
    remedy: "Use a database file, such as sqlite:ratchet.db.",
  });
}

function existing(url: string): DatabaseLocation & { kind: "file" } {
  const location = fileOf(url);
  if (!existsSync(location.path)) {
    throw new RatchetError("ENVIRONMENT", `There is no database ${location.path}.`, {
      remedy: "Create it with `ratchet db migrate`, or choose another one with --database.",
    });
  }
  return location;
}

function use<T>(connection: Connection, work: (connection: Connection) => T): T {
  try {
    return work(connection);
  } catch (error) {
    throw fromSqlite(error, connection.file);
  } finally {
    connection.close();
  }
}

/**
 * Creates the database if it is missing, and applies pending migrations.
 * @param now ms since the epoch
 * @returns the applied migrations, as "number name"
 * @throws {RatchetError} ENVIRONMENT
 */
export function migrateDatabase(url: string, now: number): string[] {
  const location = fileOf(url);
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS });
  return use(connection, () => {
    const steps = migrate(connection, MIGRATIONS, now);
    restrictDatabase(location.path);
    return steps;
  });
}

/** @throws {RatchetError} ENVIRONMENT */
export function databaseStatus(url: string): DatabaseStatus {
  const location = existing(url);
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true });
  return use(connection, () => {
    const { applied, pending } = migrationStatus(connection, MIGRATIONS);
    const tables = connection.sql.all<{ name: string }>(
      `SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    );
    const rows = tables.map(({ name }) => {
      // The names come from the schema. A statement cannot take a table name as a parameter.
      const count = connection.sql.get<{ n: number }>(`SELECT count(*) AS n FROM "${name}"`);
      return [name, count?.n ?? 0] as const;
    });
    const sizeBytes = [location.path, `${location.path}-wal`]
      .filter((path) => existsSync(path))
      .reduce((sum, path) => sum + statSync(path).size, 0);
    return { file: location.path, sizeBytes, applied, pending, rows: Object.fromEntries(rows) };
  });
}

/**
 * Writes a complete, consistent copy while others read and write. The copy appears complete or not at all, and only its
 * owner may use it.
 * @returns its size, bytes
 * @throws {RatchetError} USAGE if the destination exists, ENVIRONMENT
 */
export async function backupDatabase(url: string, destination: string): Promise<number> {
  const location = existing(url);
  if (existsSync(destination)) {
    throw new RatchetError("USAGE", `The backup ${destination} already exists.`, {
      remedy: "Choose another name; a backup is never overwritten.",
    });
  }
  const folder = dirname(destination);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new RatchetError("ENVIRONMENT", `The backup ${destination} cannot be written: ${folder} is not a folder.`, {
      remedy: "Name a file in a folder that exists and can be written to.",
    });
  }
  const partial = `${destination}.partial-${process.pid}`;
  try {
    const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true });
    use(connection, () => {
      migrationStatus(connection, MIGRATIONS);
      // Reads one snapshot. In WAL mode writers continue. The new file is synced before the statement returns.
      try {
        // SQLite accepts an empty file, and keeps its permissions.
        createPrivateFile(partial);
        connection.sql.run("VACUUM INTO ?", partial);
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        throw new RatchetError("ENVIRONMENT", `There is no room for the backup ${destination}: the disk is full.`, {
          remedy: "Free some space, or write the backup to another disk.",
          cause: error,
        });
      }
    });
    await rename(partial, destination);
  } finally {
    await rm(partial, { force: true });
  }
  return statSync(destination).size;
}

/**
 * Rewrites the database without gaps. The writes of a running server wait in the meantime.
 * @returns size before and after, bytes
 * @throws {RatchetError} ENVIRONMENT
 */
export function vacuumDatabase(url: string): { beforeBytes: number; afterBytes: number } {
  const location = existing(url);
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, create: false });
  return use(connection, () => {
    migrationStatus(connection, MIGRATIONS);
    const beforeBytes = sizeOf(connection);
    connection.exec("VACUUM");
    connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return { beforeBytes, afterBytes: sizeOf(connection) };
  });
}

/** The size according to SQLite, which includes the write-ahead log. */
function sizeOf({ sql }: Connection): number {
  const pages = sql.get<{ page_count: number }>("PRAGMA page_count")?.page_count ?? 0;
  return pages * (sql.get<{ page_size: number }>("PRAGMA page_size")?.page_size ?? 0);
}

/**
 * Looks for damage: to the file, to references, and to what must hold between jobs, executions, firings and counters.
 * @returns what is wrong; empty if nothing is
 * @throws {RatchetError} ENVIRONMENT if the file can't be read at all
 */
export function checkDatabase(url: string): string[] {
  const location = existing(url);
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true });
  return use(connection, () => {
    migrationStatus(connection, MIGRATIONS);
    return findInconsistencies(connection.sql);
  });
}
