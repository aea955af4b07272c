import { RatchetError } from "../../domain/errors.ts";

/** Where the database is. */
export type DatabaseLocation = { kind: "memory" } | { kind: "file"; path: string };

const REMEDY = "Write sqlite:PATH (such as sqlite:ratchet.db), sqlite:///absolute/path, or sqlite::memory:.";

/**
 * Reads a database URL: `sqlite:path`, `sqlite://path`, `sqlite::memory:`.
 * @throws {RatchetError} CONFIG_INVALID
 */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== "sqlite") {
    // The rest of the URL may hold a password: only the scheme is repeated.
    const what = scheme === undefined ? "has no scheme" : `has the scheme "${scheme}", which is not supported`;
    throw new RatchetError("CONFIG_INVALID", `The database URL ${what}.`, { remedy: REMEDY });
  }
  const rest = url.slice("sqlite:".length);
  const path = rest.startsWith("//") ? rest.slice(2) : rest;
  if (path === ":memory:") return { kind: "memory" };
  if (path === "" || path === "/") {
    throw new RatchetError("CONFIG_INVALID", "The database URL has no file name.", { remedy: REMEDY });
  }
  if (path.includes("?") || path.includes("#") || path.includes("\0")) {
    throw new RatchetError("CONFIG_INVALID", "The database URL has parameters; none are supported.", {
      remedy: REMEDY,
    });
  }
  return { kind: "file", path };
}
