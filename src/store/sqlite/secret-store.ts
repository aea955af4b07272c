import type { InputKey, SecretRecord, StoredSecret, StoredSecrets } from "../../domain/secret.ts";
import type { NewSecret, Rewrapping, SecretStore } from "../contract/secrets.ts";
import { createBriefMemo } from "./brief-memo.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import type { Writer } from "./writer.ts";

const RECORD = "name, created_at AS createdAt, updated_at AS updatedAt";

interface StateRow {
  revision: number;
  keyId: string | null;
}

/** A value that another process has set must be masked when that process says so, and it takes longer than this to end, ms. */
const REVISION_REMEMBERED_MS = 1;

/** Secrets over SQLite. */
export function createSecretStore(sql: Sql, writer: Writer): SecretStore {
  /** Asked for by every request that creates a job. */
  const revision = createBriefMemo<"revision", number>(REVISION_REMEMBERED_MS);
  const change = <T>(work: (tx: Tx) => T): Promise<T> =>
    writer.write((tx) => {
      revision.clear();
      return work(tx);
    });
  return {
    revision: async () => revision.get("revision", () => readState(sql).revision),
    async read() {
      // The revision after this must not be older than what was read: whoever compares the two would never finish.
      revision.clear();
      return readSecrets(sql);
    },
    list: async () => sql.all<SecretRecord>(`SELECT ${RECORD} FROM secrets ORDER BY name`),
    put: (secret) => change((tx) => put(tx, secret)),
    delete: (name) => change((tx) => remove(tx, name)),
    rewrap: (rewrapping) => change((tx) => rewrap(tx, rewrapping)),
    putInputKey: (key, revision) => change((tx) => putInputKey(tx, key, revision)),
  };
}

/**
 * Reads all secrets. Other processes that only read use this, too.
 * @param hasInputKey false for a database of an earlier version
 */
export function readSecrets(sql: Sql, hasInputKey = true): StoredSecrets {
  const { revision, keyId } = readState(sql);
  const secrets = sql.all<StoredSecret>(`SELECT ${RECORD}, data_key AS dataKey, sealed FROM secrets ORDER BY name`);
  const selectKey = "SELECT key_id AS keyId, data_key AS dataKey, sealed FROM input_key";
  const inputKey = (hasInputKey ? sql.get<InputKey>(selectKey) : undefined) ?? null;
  return { revision, keyId, secrets, inputKey };
}

function readState(sql: Sql): StateRow {
  const row = sql.get<StateRow>("SELECT revision, key_id AS keyId FROM secret_state WHERE id = 1");
  return row ?? { revision: 0, keyId: null };
}

function put(tx: Tx, { name, sealed, dataKey, keyId }: NewSecret) {
  const { sql, now } = tx;
  const current = readState(sql).keyId;
  if (current !== null && current !== keyId) return undefined;
  const existing = sql.get<SecretRecord>(`SELECT ${RECORD} FROM secrets WHERE name = ?`, name);
  sql.run(
    `INSERT INTO secrets (name, data_key, sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET data_key = excluded.data_key, sealed = excluded.sealed,
         updated_at = excluded.updated_at`,
    name,
    dataKey,
    sealed,
    now,
    now,
  );
  changed(tx, keyId);
  const record: SecretRecord = { name, createdAt: existing?.createdAt ?? now, updatedAt: now };
  return { record, created: existing === undefined };
}

function remove(tx: Tx, name: string): boolean {
  const { changes } = tx.sql.run("DELETE FROM secrets WHERE name = ?", name);
  if (changes === 0) return false;
  const isEmpty = tx.sql.get("SELECT 1 AS one FROM secrets LIMIT 1") === undefined;
  changed(tx, isEmpty ? null : readState(tx.sql).keyId);
  return true;
}

function putInputKey(tx: Tx, key: InputKey, revision: number): boolean {
  const state = readState(tx.sql);
  if (state.revision !== revision) return false;
  writeInputKey(tx, key);
  changed(tx, state.keyId);
  return true;
}

function writeInputKey({ sql }: Tx, key: InputKey | null): void {
  sql.run("DELETE FROM input_key");
  if (key === null) return;
  const { keyId, dataKey, sealed } = key;
  sql.run("INSERT INTO input_key (id, key_id, data_key, sealed) VALUES (1, ?, ?, ?)", keyId, dataKey, sealed);
}

function rewrap(tx: Tx, { revision, keyId, secrets, inputKey }: Rewrapping): boolean {
  if (readState(tx.sql).revision !== revision) return false;
  for (const { name, dataKey } of secrets) {
    tx.sql.run("UPDATE secrets SET data_key = ? WHERE name = ?", dataKey, name);
  }
  writeInputKey(tx, inputKey);
  changed(tx, secrets.length === 0 ? null : keyId);
  return true;
}

function changed({ sql }: Tx, keyId: string | null): void {
  sql.run("UPDATE secret_state SET revision = revision + 1, key_id = ? WHERE id = 1", keyId);
}
