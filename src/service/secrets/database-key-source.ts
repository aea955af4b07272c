import type { Environment } from "../../config/environment.ts";
import type { ConfigValues } from "../../config/keys.ts";
import { environmentMasterKey } from "../../config/secrets.ts";
import { chooseKeySource } from "../../secrets/keys/choose-key-source.ts";
import type { KeySource } from "../../secrets/keys/key-source.ts";
import { parseDatabaseUrl } from "../../store/sqlite/location.ts";

/**
 * Finds the master key of the configured database.
 * @param announce receives the announcement of a key that was generated
 * @throws {RatchetError} CONFIG_INVALID for the URL of the database
 */
export function databaseKeySource(
  config: Pick<ConfigValues, "secrets.key_file" | "server.database.url">,
  env: Environment,
  announce: (message: string) => void,
): KeySource {
  const location = parseDatabaseUrl(config["server.database.url"]);
  return chooseKeySource({
    variable: environmentMasterKey(env),
    keyFile: config["secrets.key_file"],
    databasePath: location.kind === "file" ? location.path : undefined,
    onCreated: (path) =>
      announce(
        `A key for the secrets was generated in ${path}. Keep a copy in a safe place: without it the secrets are lost.`,
      ),
  });
}
