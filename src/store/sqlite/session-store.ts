import type { FoundSession } from "../../domain/credentials.ts";
import { principalOf } from "../../domain/credentials.ts";
import type { Principal, Role } from "../../domain/principal.ts";
import type { NewSession, SessionStore } from "../contract/users.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { patternsOf } from "./key-store.ts";
import type { Writer } from "./writer.ts";

interface SessionRow {
  principal: string | null;
  name: string | null;
  role: Role | null;
  tasks: string | null;
  usedAt: number;
  idleUntil: number;
  expiresAt: number;
}

/** Sessions over SQLite. */
export function createSessionStore(sql: Sql, writer: Writer): SessionStore {
  return {
    create: (session) => writer.write((tx) => createSession(tx, session)),
    async find(hash) {
      const row = sql.get<SessionRow>(
        `SELECT principal, name, role, tasks, used_at AS usedAt, idle_until AS idleUntil, expires_at AS expiresAt
          FROM sessions LEFT JOIN users ON users.id = user_id WHERE hash = ?`,
        hash,
      );
      return row === undefined ? undefined : sessionFromRow(row);
    },
    async used(uses, idleMs) {
      if (uses.size === 0) return;
      await writer.write((tx) => {
        for (const [hash, at] of uses) {
          const query = "UPDATE sessions SET used_at = ?, idle_until = ? WHERE hash = ? AND used_at < ?";
          tx.sql.run(query, at, at + idleMs, hash, at);
        }
      });
    },
    async delete(hash) {
      await writer.write((tx) => {
        tx.sql.run("DELETE FROM sessions WHERE hash = ?", hash);
      });
    },
  };
}

/** Deletes sessions that have ended. */
export function deleteEndedSessions(tx: Tx): void {
  tx.sql.run("DELETE FROM sessions WHERE expires_at <= ? OR idle_until <= ?", tx.now, tx.now);
}

function sessionFromRow({ principal, name, role, tasks, ...times }: SessionRow): FoundSession | undefined {
  if (principal !== null) return { principal: JSON.parse(principal) as Principal, ...times };
  if (name === null || role === null) return undefined;
  return { principal: principalOf("user", { name, role, tasks: patternsOf(tasks) }), ...times };
}

function createSession(tx: Tx, { hash, of, idleMs, maxAgeMs }: NewSession): void {
  const userId = "userId" in of ? of.userId : null;
  tx.sql.run(
    `INSERT INTO sessions (hash, user_id, principal, created_at, used_at, idle_until, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    hash,
    userId,
    "principal" in of ? JSON.stringify(of.principal) : null,
    tx.now,
    tx.now,
    tx.now + idleMs,
    tx.now + maxAgeMs,
  );
  if (userId !== null) tx.sql.run("UPDATE users SET last_login_at = ? WHERE id = ?", tx.now, userId);
}
