import type { SourceStatus } from "../../registry/registry.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** Stats of the content cache. */
export type CacheStats = ReturnType<ServiceDependencies["registry"]["cache"]>;

/** The registry's sources. */
export interface RegistryService {
  sources(): readonly SourceStatus[];
  /**
   * Scans one source now, or all. An unreachable source does not reject: its status shows it.
   * @throws {RatchetError} SOURCE_NOT_FOUND
   */
  refresh(name?: string): Promise<readonly SourceStatus[]>;
  cache(): CacheStats;
}

/** Creates the service of the registry. */
export function createRegistryService({ registry }: Pick<ServiceDependencies, "registry">): RegistryService {
  return {
    sources: () => registry.sources(),
    refresh: (name) => registry.refresh(name),
    cache: () => registry.cache(),
  };
}
