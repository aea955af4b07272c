import type { ConfiguredSource } from "../config/source-place.ts";
import { type SourcePlace, sourcePlace } from "../config/source-place.ts";
import { RatchetError } from "../domain/errors.ts";

/** What a source is made of. */
export type SourceKind = "embedded" | "directory" | "zip" | "http" | "git";

/** A source of tasks, as configured. */
export interface SourceDefinition {
  /** Unique among the sources. */
  name: string;
  /** As the user wrote it, without what may be secret: a password, the parameters of an address. */
  uri: string;
  place: SourcePlace;
  /** Changes are picked up by themselves: of files as they come, of remote sources every `refreshMs`. */
  watch: boolean;
  /** Between two looks at a remote source, ms. */
  refreshMs: number;
}

/**
 * Finds out what a configured source is.
 * @param defaults what holds where the source says nothing
 * @throws {RatchetError} CONFIG_INVALID
 */
export function defineSource(source: ConfiguredSource, defaults: { refreshMs: number }): SourceDefinition {
  const place = sourcePlace(source);
  if ("problem" in place) {
    const { message, remedy } = place.problem;
    throw new RatchetError("CONFIG_INVALID", `Source "${source.name}": ${message}.`, { remedy });
  }
  const { name, watch = place.kind !== "file", refreshMs = defaults.refreshMs } = source;
  const withoutPassword = source.uri.replace(/\/\/[^/@\s]+@/, "//***@");
  const uri = place.kind === "file" ? withoutPassword : withoutPassword.replace(/\?.*$/s, "?***");
  return { name, uri, place, watch, refreshMs };
}
