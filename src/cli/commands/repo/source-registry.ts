import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import type { ConfiguredSource } from "../../../config/source-place.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { systemClock } from "../../../lib/clock.ts";
import { createRegistry } from "../../../registry/create-registry.ts";
import { copiesFolder, createSources, requiredSigners, sourceLimits } from "../../../registry/create-sources.ts";
import type { Registry } from "../../../registry/registry.ts";
import { createLogger } from "../../../telemetry/logger.ts";
import { createOutboundClient } from "../../framework/outbound.ts";

/**
 * Reads sources without a server or a database.
 * @param uris sources to look at; none for those of the configuration
 */
export async function withSources<T>(
  config: ConfigValues,
  uris: readonly string[],
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const client = createOutboundClient(config);
  const registry = createRegistry({
    sources: await createSources({
      configured: uris.length === 0 ? config["registry.sources"] : uris.map(namedByUri),
      refreshMs: config["registry.refresh_interval"],
      copies: copiesFolder(config, processEnvironment()),
      limits: sourceLimits(config),
      trustedKeys: requiredSigners(config),
      send: client.send,
      watchAll: false,
      embedded: uris.length === 0,
    }),
    clock: systemClock,
    // The states of the sources contain all messages.
    logger: createLogger("silent", () => {}),
    cache: { maxEntries: 0, maxBytes: 0 },
    timeoutMs: config["registry.timeout"],
    trustedKeys: requiredSigners(config),
  });
  try {
    await registry.start();
    await registry.refresh();
    return await work(registry);
  } finally {
    await registry.stop(0);
    await client.stop();
  }
}

function namedByUri(uri: string, index: number, uris: readonly string[]): ConfiguredSource {
  if (uris.indexOf(uri) === index) return { name: uri, uri };
  throw new RatchetError("USAGE", `${uri} is named twice.`, { remedy: "Name each source once." });
}
