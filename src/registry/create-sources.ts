import { type Environment, userCacheFolder } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import type { ConfiguredSource } from "../config/source-place.ts";
import type { HttpSend } from "../domain/http.ts";
import { createEmbeddedSource } from "./embedded-source.ts";
import { createFileSource } from "./file-source.ts";
import type { Source } from "./source.ts";
import { defineSource } from "./source-definition.ts";
import type { SourceLimits } from "./source-limits.ts";

/** Options for creating sources. */
export interface CreateSourcesOptions {
  /** The configured sources; undefined for the default, the watched folder ./tasks. */
  configured: readonly ConfiguredSource[] | undefined;
  /** Interval between scans of a remote source, ms. */
  refreshMs: number;
  /** Folder for verified copies of remote sources; created when it is needed. */
  copies: string;
  /** Limits of each remote source. */
  limits: SourceLimits;
  /** Fetches indexes and archives. */
  send: HttpSend;
  /** Watches every local source, even if it sets `watch: false`. */
  watchAll: boolean;
  /** Adds the tasks that are part of the executable. */
  embedded: boolean;
}

/** The source that is used if none is configured. */
export const DEFAULT_SOURCE: ConfiguredSource = { name: "tasks", uri: "file://./tasks", watch: true };

/** Returns the folder for verified copies of remote sources. */
export function copiesFolder(config: ConfigValues, env: Environment): string {
  const cache = userCacheFolder(env);
  return config["registry.cache_folder"] ?? (cache === undefined ? ".ratchet-registry" : `${cache}/ratchet/registry`);
}

/** Returns the configured limits of a remote source. */
export function sourceLimits(config: ConfigValues): SourceLimits {
  return { maxBytes: config["registry.max_source_size"], maxFiles: config["registry.max_source_files"] };
}

/**
 * Creates the sources.
 * @throws {RatchetError} CONFIG_INVALID for an invalid source
 */
export async function createSources(options: CreateSourcesOptions): Promise<Source[]> {
  const { configured = [DEFAULT_SOURCE], refreshMs, copies, limits } = options;
  const sources = await Promise.all(
    configured.map(async (one): Promise<Source> => {
      const defined = defineSource(one, { refreshMs });
      const { place } = defined;
      const definition = { ...defined, watch: defined.watch || (options.watchAll && place.kind === "file") };
      switch (place.kind) {
        case "file":
          return createFileSource(definition, place.path, options.configured === undefined);
        case "http": {
          const { createHttpSource } = await import("./http-source.ts");
          return createHttpSource(definition, place.url, copies, { send: options.send, limits });
        }
        case "git": {
          const { createGitSource } = await import("./git-source.ts");
          return createGitSource(definition, place, copies, limits);
        }
      }
    }),
  );
  return options.embedded ? [...sources, createEmbeddedSource()] : sources;
}
