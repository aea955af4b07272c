import { RatchetError } from "../../domain/errors.ts";
import type { AppliedMigration } from "../contract/maintenance.ts";
import { APPLICATION_ID, type Connection } from "./connection.ts";
import type { Migration } from "./migrations.ts";
import { fromSqlite } from "./sqlite-failure.ts";

/** Which migrations were applied to a database, and which are pending. */
export interface MigrationStatus {
  applied: AppliedMigration[];
  pending: { version: number; name: string }[];
}

/** SHA-256 of a migration, hex. Line endings do not count, because a checkout may change them. */
export function migrationChecksum(migration: Migration): string {
  return new Bun.CryptoHasher("sha256").update(migration.sql.replaceAll("\r\n", "\n")).digest("hex");
}

/**
 * Compares a database with the migrations of this program, and changes nothing.
 * @throws {RatchetError} ENVIRONMENT if the file belongs to another program, is newer, or has a different migration
 */
export function migrationStatus(connection: Connection, migrations: readonly Migration[]): MigrationStatus {
  const applied = readApplied(connection);
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const step of applied) {
    const migration = known.get(step.version);
    if (migration === undefined) {
      throw new RatchetError(
        "ENVIRONMENT",
        `The database ${connection.file} has schema ${step.version}; this program knows up to ${migrations.length}.`,
        { remedy: "Use the newer Ratchet that created it, or restore a backup from before the upgrade." },
      );
    }
    if (migrationChecksum(migration) !== step.checksum) {
      throw new RatchetError(
        "ENVIRONMENT",
        `Migration ${step.version} (${step.name}) of the database ${connection.file} differs from this program's.`,
        { remedy: "Use the Ratchet that created the database: its schema comes from a different build." },
      );
    }
  }
  const has = new Set(applied.map((step) => step.version));
  const pending = migrations.filter((migration) => !has.has(migration.version));
  return { applied, pending: pending.map(({ version, name }) => ({ version, name })) };
}

function readApplied(connection: Connection): AppliedMigration[] {
  const { sql, file } = connection;
  const id = sql.get<{ application_id: number }>("PRAGMA application_id")?.application_id;
  const tables = sql.get<{ n: number }>("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table'")?.n ?? 0;
  if (id !== APPLICATION_ID) {
    if (tables === 0 && id === 0) return [];
    throw new RatchetError("ENVIRONMENT", `The database ${file} belongs to another program.`, {
      remedy: "Point the database URL at another file.",
    });
  }
  return sql.all<AppliedMigration>(
    "SELECT version, name, checksum, applied_at AS appliedAt FROM schema_migrations ORDER BY version",
  );
}

/**
 * Brings the schema up to date. Each migration is one transaction, so one that fails leaves no trace.
 * @param now ms since the epoch
 * @returns the applied migrations, as "number name"
 * @throws {RatchetError} ENVIRONMENT
 */
export function migrate(connection: Connection, migrations: readonly Migration[], now: number): string[] {
  const done: string[] = [];
  try {
    // A migration copies a table to change its CHECKs, and nothing that refers to the rows may go with the old one.
    connection.exec("PRAGMA foreign_keys = OFF");
    for (;;) {
      // Read again inside each transaction: another process may be migrating too.
      connection.exec("BEGIN IMMEDIATE");
      const next = migrationStatus(connection, migrations).pending[0];
      const migration = migrations.find((candidate) => candidate.version === next?.version);
      if (migration === undefined) {
        connection.exec("COMMIT");
        connection.exec("PRAGMA foreign_keys = ON");
        return done;
      }
      apply(connection, migration, now);
      connection.exec("COMMIT");
      done.push(`${migration.version} ${migration.name}`);
    }
  } catch (error) {
    if (connection.inTransaction()) connection.exec("ROLLBACK");
    throw fromSqlite(error, connection.file);
  }
}

function apply(connection: Connection, migration: Migration, now: number): void {
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  connection.exec(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
       version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
     ) STRICT`,
  );
  connection.exec(migration.sql);
  connection.sql.run(
    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
    migration.version,
    migration.name,
    migrationChecksum(migration),
    now,
  );
}
