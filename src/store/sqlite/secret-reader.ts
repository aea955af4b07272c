import type { StoredSecrets } from "../../domain/secret.ts";
import { openConnection } from "./connection.ts";
import { readSecrets } from "./secret-store.ts";
import { fromSqlite } from "./sqlite-failure.ts";

/** How long to wait for a server that is writing, ms. */
const BUSY_TIMEOUT_MS = 5_000;

const NO_SECRETS: StoredSecrets = { revision: 0, keyId: null, secrets: [], inputKey: null };

/**
 * Reads the secrets of a database that exists, without changing it. One of an earlier version has none.
 * @throws {RatchetError} ENVIRONMENT
 */
export function readSecretsOf(path: string): StoredSecrets {
  const location = { kind: "file", path } as const;
  const connection = openConnection({ location, busyTimeoutMs: BUSY_TIMEOUT_MS, readonly: true, create: false });
  try {
    const tables = connection.sql.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('secrets', 'input_key')",
    );
    const has = (table: string) => tables.some(({ name }) => name === table);
    return has("secrets") ? readSecrets(connection.sql, has("input_key")) : NO_SECRETS;
  } catch (error) {
    throw fromSqlite(error, path);
  } finally {
    connection.close();
  }
}
