import { fileURLToPath } from "node:url";
import type { ConfiguredSource } from "../config/registry-sources.ts";
import { RatchetError } from "../domain/errors.ts";
import type { GitReference, SourceDefinition, SourcePlace } from "./source-definition.ts";

const REMEDY =
  "Write file://PATH, the address of an index (https://host/index.json), or a repository " +
  "(https://host/tasks.git, git+https://..., ssh://...).";

/**
 * Finds out what a configured source is.
 * @param defaults what holds where the source says nothing
 * @throws {RatchetError} CONFIG_INVALID
 */
export function defineSource(source: ConfiguredSource, defaults: { refreshMs: number }): SourceDefinition {
  const place = placeOf(source);
  const wrong = misplaced(source, place);
  if (wrong !== undefined) {
    const remedy = "Take it out, or correct the uri.";
    throw new RatchetError("CONFIG_INVALID", `Source "${source.name}": ${wrong}.`, { remedy });
  }
  const { name, watch = false, refreshMs = defaults.refreshMs } = source;
  // It is shown to others: a password in it is not.
  const uri = source.uri.replace(/\/\/[^/@\s]+@/, "//***@");
  return { name, uri, place, watch, refreshMs };
}

function placeOf(source: ConfiguredSource): SourcePlace {
  const { uri } = source;
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  // `git@host:path`, the form of scp, which has no scheme.
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)/.test(uri)) return gitPlace(source, uri);
  if (scheme === undefined || /^[a-z]:[\\/]/i.test(uri)) return { kind: "file", path: uri };
  if (scheme === "file") return { kind: "file", path: filePath(uri) };
  if (scheme.startsWith("git+")) return gitPlace(source, uri.slice("git+".length));
  if (scheme === "git" || scheme === "ssh") return gitPlace(source, uri);
  if ((scheme === "http" || scheme === "https") && URL.canParse(uri)) {
    const url = new URL(uri);
    if (/\.git\/?$/.test(url.pathname) || source.branch !== undefined || source.tag !== undefined) {
      return gitPlace(source, uri);
    }
    if (url.pathname.endsWith("/")) url.pathname += "index.json";
    return { kind: "http", url: url.href };
  }
  throw new RatchetError("CONFIG_INVALID", `Source "${source.name}": the uri is not one that Ratchet knows.`, {
    remedy: REMEDY,
  });
}

/** `file://./tasks` and `file://tasks` are no proper URLs (RFC 8089), but what people write: a path from here. */
function filePath(uri: string): string {
  const rest = uri.slice("file:".length);
  if (rest.startsWith("///") || rest.startsWith("//localhost/")) {
    try {
      return fileURLToPath(uri);
    } catch {
      throw new RatchetError("CONFIG_INVALID", `The address ${uri} names no file.`, { remedy: REMEDY });
    }
  }
  const path = rest.replace(/^\/\//, "");
  if (path === "") throw new RatchetError("CONFIG_INVALID", "A file uri names no file.", { remedy: REMEDY });
  return path;
}

function gitPlace(source: ConfiguredSource, url: string): SourcePlace {
  const { branch, tag, folder = "" } = source;
  let reference: GitReference = { kind: "default" };
  if (branch !== undefined) reference = { kind: "branch", name: branch };
  if (tag !== undefined) reference = { kind: "tag", name: tag };
  return { kind: "git", url, reference, folder: folder.replace(/\/$/, "") };
}

/** What was said about a source that has no meaning for its kind: an option without effect would mislead. */
function misplaced(source: ConfiguredSource, place: SourcePlace): string | undefined {
  if (place.kind !== "git") {
    for (const key of ["branch", "tag", "folder"] as const) {
      if (source[key] !== undefined) return `"${key}" has a meaning for git repositories only`;
    }
  }
  if (place.kind === "file" && source.refreshMs !== undefined) {
    return '"refresh" has a meaning for remote sources only; a folder or .zip takes "watch"';
  }
  return undefined;
}
