import { createPasswords } from "../../../access/passwords.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { systemClock } from "../../../lib/clock.ts";
import { createKeyService, type KeyService } from "../../../service/access/key-service.ts";
import { createUserService, type UserService } from "../../../service/access/user-service.ts";
import { openStore } from "../../../store/sqlite/open.ts";
import type { Invocation } from "../../framework/command.ts";
import { commandDraft } from "../../framework/command-audit.ts";

/** The use cases about users and keys, over a database that a server may be using. */
export interface CredentialServices {
  keys: KeyService;
  users: UserService;
  /**
   * Changes users or keys, with an entry in the audit log.
   * @param action what REST calls it
   */
  change<R>(action: string, target: string, work: () => Promise<R>): Promise<R>;
}

/** Said in the help of every command that changes users or keys. */
export const TAKES_EFFECT =
  "Works on the database itself, whether or not a server is running. A running server sees the change within a few seconds.";

/**
 * Opens the chosen or configured database, does some work, and closes it.
 * @throws {RatchetError} USAGE for a database in memory; ENVIRONMENT if the database can't be used
 */
export async function withCredentials<T>(
  chosen: string | undefined,
  data: Invocation,
  work: (services: CredentialServices) => Promise<T>,
): Promise<T> {
  const url = chosen ?? (await data.config()).values["server.database.url"];
  if (url === "sqlite::memory:") {
    throw new RatchetError("USAGE", "A database in memory is lost when this command ends.", {
      remedy: "Use the database of the server: --database sqlite:PATH.",
    });
  }
  const failures: unknown[] = [];
  const store = openStore({ url, clock: systemClock, onListenerError: (error) => void failures.push(error) });
  try {
    // A running server finds out by itself.
    const changed = async () => {};
    return await work({
      keys: createKeyService({ keys: store.keys, changed }),
      users: createUserService({ users: store.users, passwords: createPasswords(), changed }),
      change: (action, target, run) => store.audit.during(commandDraft(action, target), run),
    });
  } finally {
    await store.close();
  }
}
