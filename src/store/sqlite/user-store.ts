import type { User } from "../../domain/credentials.ts";
import { RatchetError } from "../../domain/errors.ts";
import { noUser } from "../../domain/not-found.ts";
import type { Role } from "../../domain/principal.ts";
import type { NewUser, UserChange, UserStore } from "../contract/users.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { anyKey, patternsOf, patternText } from "./key-store.ts";
import type { Writer } from "./writer.ts";

interface UserRow {
  id: number;
  name: string;
  role: Role;
  tasks: string | null;
  password_hash: string;
  created_at: number;
  updated_at: number;
  last_login_at: number | null;
}

/** Users over SQLite. */
export function createUserStore(sql: Sql, writer: Writer): UserStore {
  return {
    any: async () => anyUser(sql),
    list: async () => sql.all<UserRow>("SELECT * FROM users ORDER BY name").map(userFromRow),
    async byName(name) {
      const row = readUser(sql, name);
      return row === undefined ? undefined : userFromRow(row);
    },
    async withPassword(name) {
      const row = readUser(sql, name);
      return row === undefined ? undefined : { user: userFromRow(row), passwordHash: row.password_hash };
    },
    create: (user) => writer.write((tx) => createUser(tx, user)),
    createFirst: (user) => writer.write((tx) => (anyUser(tx.sql) || anyKey(tx.sql) ? undefined : createUser(tx, user))),
    change: (name, change) => writer.write((tx) => changeUser(tx, name, change)),
    delete: (name) =>
      writer.write((tx) => {
        if (tx.sql.run("DELETE FROM users WHERE name = ?", name).changes === 0) throw noUser(name);
      }),
  };
}

const anyUser = (sql: Sql): boolean => sql.get("SELECT 1 FROM users LIMIT 1") !== undefined;

function readUser(sql: Sql, name: string): UserRow | undefined {
  return sql.get<UserRow>("SELECT * FROM users WHERE name = ?", name);
}

function userFromRow(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    tasks: patternsOf(row.tasks),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastLoginAt: row.last_login_at,
  };
}

function createUser(tx: Tx, { name, role, tasks, passwordHash }: NewUser): User {
  if (readUser(tx.sql, name) !== undefined) {
    throw new RatchetError("CONFLICT", `There is a user ${JSON.stringify(name)} already.`, {
      data: { name, field: "name" },
      remedy: "Choose another name, or change that user.",
    });
  }
  tx.sql.run(
    "INSERT INTO users (name, role, tasks, password_hash, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
    name,
    role,
    patternText(tasks),
    passwordHash,
    tx.now,
    tx.now,
  );
  return written(tx, name);
}

function changeUser(tx: Tx, name: string, { role, tasks, passwordHash }: UserChange): User {
  const row = readUser(tx.sql, name);
  if (row === undefined) throw noUser(name);
  tx.sql.run(
    "UPDATE users SET role = ?, tasks = ?, password_hash = ?, updated_at = ? WHERE id = ?",
    role ?? row.role,
    tasks === undefined ? row.tasks : patternText(tasks),
    passwordHash ?? row.password_hash,
    tx.now,
    row.id,
  );
  if (passwordHash !== undefined) tx.sql.run("DELETE FROM sessions WHERE user_id IS NOT NULL AND user_id = ?", row.id);
  return written(tx, name);
}

function written(tx: Tx, name: string): User {
  const row = readUser(tx.sql, name);
  if (row === undefined) throw new RatchetError("INTERNAL", "The user was not stored.");
  return userFromRow(row);
}
