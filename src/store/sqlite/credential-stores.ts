import type { Store } from "../contract/store.ts";
import type { Sql } from "./connection.ts";
import { createKeyStore } from "./key-store.ts";
import { createSessionStore } from "./session-store.ts";
import { createUserStore } from "./user-store.ts";
import type { Writer } from "./writer.ts";

/** Everything about who may call the server, over SQLite. */
export function createCredentialStores(
  sql: Sql,
  writer: Writer,
  now: () => number,
): Pick<Store, "keys" | "users" | "sessions"> {
  return {
    keys: createKeyStore(sql, writer, now),
    users: createUserStore(sql, writer),
    sessions: createSessionStore(sql, writer),
  };
}
