import { existsSync } from "node:fs";
import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import type { SecretValues } from "../../../domain/secret.ts";
import { createVault } from "../../../secrets/vault.ts";
import { databaseKeySource } from "../../../service/secrets/database-key-source.ts";
import { parseDatabaseUrl } from "../../../store/sqlite/location.ts";
import { readSecretsOf } from "../../../store/sqlite/secret-reader.ts";

/**
 * Reads secrets from the configured database, which is usually in the current folder. It is not created or changed.
 * @throws {RatchetError} ENVIRONMENT, CONFIG_INVALID if the database or its key can't be used
 */
export async function databaseSecrets(names: readonly string[], config: ConfigValues): Promise<SecretValues> {
  const location = parseDatabaseUrl(config["server.database.url"]);
  if (location.kind === "memory" || !existsSync(location.path)) return new Map();
  const all = readSecretsOf(location.path);
  // The values of others are not decrypted.
  const stored = { ...all, secrets: all.secrets.filter(({ name }) => names.includes(name)) };
  if (stored.secrets.length === 0) return new Map();
  const rows = { revision: async () => stored.revision, read: async () => stored };
  return createVault(
    rows,
    databaseKeySource(config, processEnvironment(), () => {}),
  ).values();
}
