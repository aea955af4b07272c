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
  /** The keys of which one must have signed each task. @default tasks need no signature */
  trustedKeys?: readonly string[] | undefined;
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
  const { configured = [DEFAULT_SOURCE] } = options;
  const sources = await Promise.all(
    configured.map(async (one) => guarded(await createSource(one, options), one, options)),
  );
  return options.embedded ? [...sources, createEmbeddedSource()] : sources;
}

async function createSource(one: ConfiguredSource, options: CreateSourcesOptions): Promise<Source> {
  const { refreshMs, copies, limits } = options;
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
}

/** Adds the checks that the configuration asks for. */
async function guarded(
  source: Source,
  { checksum }: ConfiguredSource,
  { trustedKeys }: CreateSourcesOptions,
): Promise<Source> {
  const pinned = checksum === undefined ? source : (await import("./pinned-source.ts")).pinnedSource(source, checksum);
  return trustedKeys === undefined ? pinned : (await import("./signed-source.ts")).signedSource(pinned, trustedKeys);
}

/** Returns the configured keys of which one must have signed each task; undefined if tasks need no signature. */
export function requiredSigners(config: ConfigValues): readonly string[] | undefined {
  return config["registry.require_signatures"] ? (config["registry.trusted_keys"] ?? []) : undefined;
}
