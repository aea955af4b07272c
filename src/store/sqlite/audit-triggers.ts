import { openConnection, type Sql } from "./connection.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";

interface Trigger {
  name: string;
  sql: string;
}

/**
 * Returns the names of the audit log's triggers that a database lacks, or has with another text. A new database says what
 * they have to be.
 */
export function missingAuditTriggers(sql: Sql): string[] {
  const present = new Map(triggersOf(sql).map((trigger) => [trigger.name, trigger.sql]));
  const connection = openConnection({ location: { kind: "memory" }, busyTimeoutMs: 0 });
  try {
    migrate(connection, MIGRATIONS, 0);
    return triggersOf(connection.sql).flatMap(({ name, sql }) => (present.get(name) === sql ? [] : [name]));
  } finally {
    connection.close();
  }
}

const triggersOf = (sql: Sql): Trigger[] =>
  sql.all<Trigger>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('audit', 'audit_head') ORDER BY name",
  );
