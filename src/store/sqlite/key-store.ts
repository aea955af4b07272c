import type { ApiKey, FoundKey } from "../../domain/credentials.ts";
import { RatchetError } from "../../domain/errors.ts";
import { noKey } from "../../domain/not-found.ts";
import type { Role } from "../../domain/principal.ts";
import type { KeyStore, NewKey, NewSecret } from "../contract/keys.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import type { Writer } from "./writer.ts";

interface KeyRow {
  id: number;
  name: string;
  role: Role;
  tasks: string | null;
  lifetime_ms: number | null;
  created_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
}

interface SecretRow {
  key_id: number;
  start: string;
  created_at: number;
  expires_at: number | null;
}

interface FoundRow extends Pick<KeyRow, "id" | "name" | "role" | "tasks"> {
  expiresAt: number | null;
  revokedAt: number | null;
}

/** How long a secret is remembered after it expired, ms. */
const REMEMBERED_MS = 30 * 86_400_000;

/** Returns true if a key was ever created: revoked ones count. */
export const anyKey = (sql: Sql): boolean => sql.get("SELECT 1 FROM api_keys LIMIT 1") !== undefined;

/** API keys over SQLite. */
export function createKeyStore(sql: Sql, writer: Writer, now: () => number): KeyStore {
  return {
    any: async () => anyKey(sql),
    async find(hash) {
      const row = sql.get<FoundRow>(
        `SELECT id, name, role, tasks, expires_at AS expiresAt, revoked_at AS revokedAt
          FROM api_key_secrets JOIN api_keys ON api_keys.id = key_id WHERE hash = ?`,
        hash,
      );
      return row === undefined ? undefined : ({ ...row, tasks: patternsOf(row.tasks) } satisfies FoundKey);
    },
    list: async () => sql.all<KeyRow>("SELECT * FROM api_keys ORDER BY id").map((row) => keyFromRow(sql, row, now())),
    async byName(name) {
      const row = liveKey(sql, name);
      return row === undefined ? undefined : keyFromRow(sql, row, now());
    },
    create: (key) => writer.write((tx) => createKey(tx, key)),
    revoke: (name) => writer.write((tx) => revokeKey(tx, name)),
    rotate: (name, secret, overlapMs) => writer.write((tx) => rotateKey(tx, name, secret, overlapMs)),
    async used(uses) {
      if (uses.size === 0) return;
      await writer.write((tx) => {
        for (const [id, at] of uses) {
          const query = "UPDATE api_keys SET last_used_at = ? WHERE id = ? AND coalesce(last_used_at, 0) < ?";
          tx.sql.run(query, at, id, at);
        }
      });
    },
  };
}

/** Reads a list of label patterns. */
export function patternsOf(text: string | null): readonly string[] | null {
  return text === null ? null : (JSON.parse(text) as string[]);
}

/** Writes a list of label patterns. */
export function patternText(tasks: readonly string[] | null): string | null {
  return tasks === null ? null : JSON.stringify(tasks);
}

function liveKey(sql: Sql, name: string): KeyRow | undefined {
  return sql.get<KeyRow>("SELECT * FROM api_keys WHERE name = ? AND revoked_at IS NULL", name);
}

function keyFromRow(sql: Sql, row: KeyRow, now: number): ApiKey {
  const [latest, previous] = sql.all<SecretRow>(
    "SELECT * FROM api_key_secrets WHERE key_id = ? ORDER BY created_at DESC, expires_at IS NULL DESC, expires_at DESC",
    row.id,
  );
  const overlaps = previous?.expires_at != null && previous.expires_at > now && row.revoked_at === null;
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    tasks: patternsOf(row.tasks),
    start: latest?.start ?? "",
    createdAt: row.created_at,
    rotatedAt: latest?.created_at ?? row.created_at,
    expiresAt: latest?.expires_at ?? null,
    previousExpiresAt: overlaps ? previous.expires_at : null,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}

function createKey(tx: Tx, { name, role, tasks, secret, lifetimeMs }: NewKey): ApiKey {
  if (liveKey(tx.sql, name) !== undefined) {
    throw new RatchetError("CONFLICT", `There is a key ${JSON.stringify(name)} already.`, {
      data: { name, field: "name" },
      remedy: "Choose another name, rotate that key, or revoke it first.",
    });
  }
  const { id } = tx.sql.run(
    "INSERT INTO api_keys (name, role, tasks, lifetime_ms, created_at) VALUES (?, ?, ?, ?, ?)",
    name,
    role,
    patternText(tasks),
    lifetimeMs,
    tx.now,
  );
  addSecret(tx, id, secret, lifetimeMs);
  return written(tx, id);
}

function revokeKey(tx: Tx, name: string): ApiKey {
  const row = liveKey(tx.sql, name);
  if (row === undefined) throw noKey(name);
  tx.sql.run("UPDATE api_keys SET revoked_at = ? WHERE id = ?", tx.now, row.id);
  return written(tx, row.id);
}

function rotateKey(tx: Tx, name: string, secret: NewSecret, overlapMs: number): ApiKey {
  const row = liveKey(tx.sql, name);
  if (row === undefined) throw noKey(name);
  const until = tx.now + overlapMs;
  const query = "UPDATE api_key_secrets SET expires_at = ? WHERE key_id = ? AND (expires_at IS NULL OR expires_at > ?)";
  tx.sql.run(query, until, row.id, until);
  // For a while, callers that still use an old secret are told that it expired.
  tx.sql.run("DELETE FROM api_key_secrets WHERE key_id = ? AND expires_at < ?", row.id, tx.now - REMEMBERED_MS);
  addSecret(tx, row.id, secret, row.lifetime_ms);
  return written(tx, row.id);
}

function addSecret(tx: Tx, keyId: number, { hash, start }: NewSecret, lifetimeMs: number | null): void {
  tx.sql.run(
    "INSERT INTO api_key_secrets (hash, key_id, start, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
    hash,
    keyId,
    start,
    tx.now,
    lifetimeMs === null ? null : tx.now + lifetimeMs,
  );
}

function written(tx: Tx, id: number): ApiKey {
  const row = tx.sql.get<KeyRow>("SELECT * FROM api_keys WHERE id = ?", id);
  if (row === undefined) throw new RatchetError("INTERNAL", `The key ${id} was not stored.`);
  return keyFromRow(tx.sql, row, tx.now);
}
