import { createSchemaWork } from "../checking/schema-work.ts";
import { createTaskLoading } from "../checking/task-loading.ts";
import { buildInfo } from "../lib/build-info.ts";
import { createRegistry } from "../registry/create-registry.ts";
import { copiesFolder, createSources, requiredSigners, sourceLimits } from "../registry/create-sources.ts";
import type { Registry } from "../registry/registry.ts";
import type { Foundation } from "./foundation.ts";

/** Creates the registry, with the sources that are configured. */
export async function buildRegistry(foundation: Foundation): Promise<Registry> {
  const { options, caps, clock, store, http, checker } = foundation;
  const { config, env, logger, dev } = options;
  return createRegistry({
    caps,
    sources: await createSources({
      configured: config["registry.sources"],
      refreshMs: config["registry.refresh_interval"],
      copies: copiesFolder(config, env),
      limits: sourceLimits(config),
      trustedKeys: requiredSigners(config),
      send: http.send,
      watchAll: dev,
      embedded: true,
    }),
    tasks: store.tasks,
    // Nothing tells one state of Ratchet's sources from another.
    programs: config["cache.prepared"] && buildInfo().buildDate !== "unknown" ? store.programs : undefined,
    clock,
    logger,
    cache: {
      maxEntries: config["cache.enabled"] ? config["cache.task_content_cache_size"] : 0,
      maxBytes: config["cache.max_bytes"],
    },
    loading: createTaskLoading(checker, createSchemaWork(checker)),
    timeoutMs: config["registry.timeout"],
    trustedKeys: requiredSigners(config),
  });
}
