import { existsSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import type { AuditCheck, AuditVerdict, DatabaseStatus, Maintenance } from "../contract/maintenance.ts";
import { writeAuditHeadFile } from "./audit-head-file.ts";
import { verifyAudit } from "./audit-verify.ts";
import { type Connection, openConnection } from "./connection.ts";
import { createPrivateFile, restrictDatabase } from "./file-permissions.ts";
import { findInconsistencies } from "./invariants.ts";
import { type DatabaseLocation, parseDatabaseUrl } from "./location.ts";
import { type MigrationStatus, migrate, migrationStatus } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { rewriteShrinkable } from "./shrinking.ts";
import { fromSqlite, isDiskFull } from "./sqlite-failure.ts";

/** How long maintenance waits for a server that is writing, ms. */
const BUSY_TIMEOUT_MS = 30_000;

/**
 * Maintenance of a SQLite file.
 * @throws {RatchetError} CONFIG_INVALID for the URL, USAGE if it is not that of a file
 */
export function createMaintenance(url: string): Maintenance {
  const location = fileOf(url);
  return {
    migrate: async (now) => migrateDatabase(location, now),
    schema: async () => databaseSchema(existing(location)),
    status: async () => databaseStatus(existing(location)),
    backup: (destination) => backupDatabase(location, destination),
    vacuum: async () => vacuumDatabase(existing(location)),
    check: async () => checkDatabase(existing(location)),
    verifyAudit: async (check) => verifyAuditOf(existing(location), check),
    anchorAudit: async () => anchorAuditOf(existing(location)),
  };
}

type FileLocation = DatabaseLocation & { kind: "file" };

function fileOf(url: string): FileLocation {
  const location = parseDatabaseUrl(url);
  if (location.kind === "file") return location;
  throw new RatchetError("USAGE", "A database in memory can't be maintained by another process.", {
    remedy: "Use a database file, such as sqlite:ratchet.db.",
  });
}

function existing(location: FileLocation): FileLocation {
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

function migrateDatabase(location: FileLocation, now: number): string[] {
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS });
  return use(connection, () => {
    const steps = migrate(connection, MIGRATIONS, now);
    restrictDatabase(location.path);
    return steps;
  });
}

function databaseSchema(location: FileLocation): MigrationStatus {
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true });
  return use(connection, () => migrationStatus(connection, MIGRATIONS));
}

function databaseStatus(location: FileLocation): DatabaseStatus {
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

async function backupDatabase(location: FileLocation, destination: string): Promise<number> {
  existing(location);
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

function vacuumDatabase(location: FileLocation): { beforeBytes: number; afterBytes: number } {
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, create: false });
  return use(connection, () => {
    migrationStatus(connection, MIGRATIONS);
    const beforeBytes = sizeOf(connection);
    rewriteShrinkable(connection);
    return { beforeBytes, afterBytes: sizeOf(connection) };
  });
}

/** The size according to SQLite, which includes the write-ahead log. */
function sizeOf({ sql }: Connection): number {
  const pages = sql.get<{ page_count: number }>("PRAGMA page_count")?.page_count ?? 0;
  return pages * (sql.get<{ page_size: number }>("PRAGMA page_size")?.page_size ?? 0);
}

function checkDatabase(location: FileLocation): string[] {
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true });
  return use(connection, () => {
    migrationStatus(connection, MIGRATIONS);
    return findInconsistencies(connection.sql);
  });
}

function verifyAuditOf(location: FileLocation, check?: AuditCheck): AuditVerdict {
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true });
  return use(connection, () => {
    requireSchema(connection);
    return verifyAudit(connection, check);
  });
}

function anchorAuditOf(location: FileLocation): AuditVerdict {
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, create: false });
  return use(connection, () => {
    requireSchema(connection);
    // No entry may come in between.
    connection.exec("BEGIN IMMEDIATE");
    const verdict = verifyAudit(connection, { anchor: false });
    if (verdict.broken === undefined) writeAuditHeadFile(connection.file, connection.sql);
    connection.exec("COMMIT");
    return verdict;
  });
}

function requireSchema(connection: Connection): void {
  if (migrationStatus(connection, MIGRATIONS).pending.length === 0) return;
  throw new RatchetError("ENVIRONMENT", `The schema of the database ${connection.file} is not up to date.`, {
    remedy: "Run `ratchet db migrate`, or start the server once.",
  });
}
