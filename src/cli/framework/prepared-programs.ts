import { processEnvironment, userCacheFolder } from "../../config/environment.ts";
import type { ConfigValues } from "../../config/keys.ts";
import { buildInfo } from "../../lib/build-info.ts";
import { openPreparedPrograms, type PreparedPrograms } from "../../task/prepared/prepared-programs.ts";

/**
 * Opens the programs that earlier runs prepared. Undefined if they are not wanted, if the user has no folder for them,
 * or if this process runs from source: nothing tells one state of the sources from another.
 */
export function preparedPrograms(options: { "no-cache": boolean }, config: ConfigValues): PreparedPrograms | undefined {
  const cache = userCacheFolder(processEnvironment());
  if (options["no-cache"] || !config["cache.prepared"] || cache === undefined) return undefined;
  if (buildInfo().buildDate === "unknown") return undefined;
  return openPreparedPrograms({ folder: `${cache}/ratchet/prepared`, maxBytes: config["cache.prepared_max_bytes"] });
}
