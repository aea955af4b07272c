declare const RATCHET_VERSION: string | undefined;
declare const RATCHET_COMMIT: string | undefined;
declare const RATCHET_BUILD_DATE: string | undefined;

/** What this executable was built from. */
export interface BuildInfo {
  /** Semantic version; `0.0.0-dev` when run from source. */
  version: string;
  /** Git commit; `unknown` when run from source. */
  commit: string;
  /** ISO 8601; `unknown` when run from source. */
  buildDate: string;
}

/** Returns the values from `bun build --define`. `typeof` is for runs from source, where the names do not exist. */
export function buildInfo(): BuildInfo {
  return {
    version: (typeof RATCHET_VERSION === "undefined" ? undefined : RATCHET_VERSION) ?? "0.0.0-dev",
    commit: (typeof RATCHET_COMMIT === "undefined" ? undefined : RATCHET_COMMIT) ?? "unknown",
    buildDate: (typeof RATCHET_BUILD_DATE === "undefined" ? undefined : RATCHET_BUILD_DATE) ?? "unknown",
  };
}
