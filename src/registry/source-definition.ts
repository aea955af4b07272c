import type { ConfiguredSource } from "../config/source-place.ts";
import { type SourcePlace, sourcePlace } from "../config/source-place.ts";
import { RatchetError } from "../domain/errors.ts";

/** The kinds of sources. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

export const SOURCE_KINDS = ["embedded", "directory", "zip", "http", "git"] as const;

/** A source of tasks, as configured. */
export interface SourceDefinition {
  /** Unique among the sources. */
  name: string;
  /** As the user wrote it, without anything that may be secret: a password, the parameters of an address. */
  uri: string;
  place: SourcePlace;
  /** Whether changes are picked up automatically: of files at once, of remote sources every `refreshMs`. */
  watch: boolean;
  /** Interval between scans of a remote source, ms. */
  refreshMs: number;
}

/**
 * Derives a source's definition from its configuration.
 * @param defaults for settings that the source omits
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
