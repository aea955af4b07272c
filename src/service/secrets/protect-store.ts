import type { Environment } from "../../config/environment.ts";
import type { ConfigValues } from "../../config/keys.ts";
import { createVault, type Vault } from "../../secrets/vault.ts";
import type { Store } from "../../store/contract/store.ts";
import { errorText, type Logger } from "../../telemetry/logger.ts";
import { databaseKeySource } from "./database-key-source.ts";
import { withMaskedTexts } from "./masked-store.ts";

/** What {@link protectStore} needs. */
export interface ProtectionOptions {
  config: Pick<ConfigValues, "secrets.key_file" | "server.database.url">;
  env: Environment;
  /** Receives the announcement of a generated key, and errors of the master key while the server runs. */
  logger: Logger;
}

/**
 * Creates the vault of a store, and the store that everything else uses: it masks secrets in what it is given.
 * @throws {RatchetError} CONFIG_INVALID for the URL of the database; ENVIRONMENT, CONFIG_INVALID for a master key that can't be read
 */
export function protectStore(
  opened: Store,
  { config, env, logger }: ProtectionOptions,
): { store: Store; vault: Vault } {
  const keys = databaseKeySource(config, env, (message) => logger.warn(message));
  // A configured key has to be there although there is no secret yet: the first one would fail otherwise.
  keys.keys();
  const vault = createVault(opened.secrets, keys, (error) => logger.error(errorText(error)));
  return { store: withMaskedTexts(opened, vault), vault };
}
