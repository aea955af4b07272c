import { existsSync } from "node:fs";
import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { systemClock } from "../../../lib/clock.ts";
import type { KeySource } from "../../../secrets/keys/key-source.ts";
import { createVault } from "../../../secrets/vault.ts";
import { databaseKeySource } from "../../../service/secrets/database-key-source.ts";
import { createSecretService, type SecretService } from "../../../service/secrets/secret-service.ts";
import type { SecretStore } from "../../../store/contract/secrets.ts";
import { parseDatabaseUrl } from "../../../store/sqlite/location.ts";
import { openStore } from "../../../store/sqlite/open.ts";
import type { Invocation } from "../../framework/command.ts";
import { commandDraft } from "../../framework/command-audit.ts";
import { createNotices } from "../../framework/people-log.ts";

/** The secrets of a database, which a server may be using at the same time. */
export interface StoredSecretsAccess {
  /** Name of the database for people. */
  database: string;
  service: SecretService;
  store: SecretStore;
  keys: KeySource;
  /**
   * Changes secrets, with an entry in the audit log.
   * @param action what REST calls it
   */
  change<T>(action: string, target: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Opens the chosen or configured database, creates it if it is missing, and closes it after the work.
 * @throws {RatchetError} CONFIG_INVALID, ENVIRONMENT
 */
export async function withStoredSecrets<T>(
  chosen: string | undefined,
  context: Invocation,
  work: (access: StoredSecretsAccess) => Promise<T>,
): Promise<T> {
  const config = await configFor(chosen, context);
  if (parseDatabaseUrl(config["server.database.url"]).kind === "memory") throw inMemory();
  const notices = createNotices();
  const store = openStore({
    url: config["server.database.url"],
    clock: systemClock,
    onListenerError: (error) => notices.warn(String(error)),
    onExposed: (message) => notices.warn(`${message}.`),
  });
  try {
    const keys = databaseKeySource(config, processEnvironment(), (message) => notices.warn(message));
    const vault = createVault(store.secrets, keys);
    const service = createSecretService({ store, vault });
    const change: StoredSecretsAccess["change"] = (action, target, run) =>
      store.audit.during(commandDraft(action, target), run);
    return await work({ database: store.name, service, store: store.secrets, keys, change });
  } finally {
    await store.close();
  }
}

function inMemory(): RatchetError {
  return new RatchetError("USAGE", "A database in memory keeps no secrets for other processes.", {
    remedy: "Use a database file, such as sqlite:ratchet.db.",
  });
}

/** Returns false if the chosen or configured database does not exist yet. */
export async function hasDatabase(chosen: string | undefined, context: Invocation): Promise<boolean> {
  const location = parseDatabaseUrl((await configFor(chosen, context))["server.database.url"]);
  return location.kind === "file" && existsSync(location.path);
}

async function configFor(chosen: string | undefined, context: Invocation): Promise<ConfigValues> {
  const { values } = await context.config();
  return chosen === undefined ? values : { ...values, "server.database.url": chosen };
}
