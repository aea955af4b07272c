import { isAbsolute, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isForeignLink } from "../lib/foreign-link.ts";
import type { StructureProblem } from "./value-form.ts";

/** One entry of `registry.sources`. */
export interface ConfiguredSource {
  name: string;
  uri: string;
  /**
   * Pick up changes: to files within a second, to a remote source every `refreshMs`.
   * @default true for remote sources
   */
  watch?: boolean;
  /** For a git repository; at most one of the two is set. */
  branch?: string;
  tag?: string;
  /** For a git repository: the folder that contains the tasks. */
  folder?: string;
  /** `sha256:` and 64 hex digits: what the tasks of the source must have. */
  checksum?: string;
  /** Time between two refreshes of a remote source, in ms. */
  refreshMs?: number;
}

/** Location of a source's tasks. */
export type SourcePlace =
  /** A folder (one task or a collection) or a .zip. Which of them is found out when it is read. */
  | { kind: "file"; path: string }
  /** URL of an index of .zip files. */
  | { kind: "http"; url: string }
  | { kind: "git"; url: string; reference: GitReference; folder: string };

/** Selects a commit: the latest of the default branch, the latest of a branch, or a tag. */
export type GitReference = { kind: "default" } | { kind: "branch" | "tag"; name: string };

/** Returns the location of a configured source, or the problem with its settings. */
export function sourcePlace(source: ConfiguredSource): SourcePlace | { problem: StructureProblem } {
  const place = placeOf(source);
  if (place === undefined) {
    const remedy =
      "Write file://PATH, the URL of an index (https://host/index.json) or of a repository " +
      "(https://host/tasks.git, git+https://..., ssh://...).";
    return { problem: { path: ["uri"], message: "the uri has a form that Ratchet does not know", remedy } };
  }
  const problem = misplaced(source, place);
  return problem === undefined ? place : { problem };
}

/** Returns true if a source is a file or folder below the current folder. */
export function staysInFolder(source: ConfiguredSource): boolean {
  const place = sourcePlace(source);
  if ("problem" in place || place.kind !== "file" || isAbsolute(place.path)) return false;
  const [first] = normalize(place.path).split(sep);
  return first !== ".." && !isForeignLink(place.path);
}

function placeOf(source: ConfiguredSource): SourcePlace | undefined {
  const { uri } = source;
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (SCP.test(uri)) return gitPlace(source, uri);
  if (scheme === undefined || /^[a-z]:[\\/]/i.test(uri)) return { kind: "file", path: uri };
  if (scheme === "file") return filePlace(uri);
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
  return undefined;
}

/** Accepts `file://./tasks` and `file://tasks` as relative paths. They are not valid URLs (RFC 8089), but common. */
function filePlace(uri: string): SourcePlace | undefined {
  const rest = uri.slice("file:".length);
  if (rest.startsWith("///") || rest.startsWith("//localhost/")) {
    try {
      return { kind: "file", path: fileURLToPath(uri) };
    } catch {
      return undefined;
    }
  }
  const path = rest.replace(/^\/\//, "");
  return path === "" ? undefined : { kind: "file", path };
}

/** `git@host:path`: the scp form, which has no scheme. */
const SCP = /^[\w.-]+@[\w.-]+:(?!\/\/)/;
/** Transports that git may use. `ext::` and others would run commands. */
const GIT_URL = /^(?:https?|ssh|git|file):\/\/\S+$/i;

function gitPlace(source: ConfiguredSource, url: string): SourcePlace | undefined {
  if (!GIT_URL.test(url) && !SCP.test(url)) return undefined;
  const { branch, tag, folder = "" } = source;
  let reference: GitReference = { kind: "default" };
  if (branch !== undefined) reference = { kind: "branch", name: branch };
  if (tag !== undefined) reference = { kind: "tag", name: tag };
  return { kind: "git", url, reference, folder: folder.replace(/\/$/, "") };
}

/** Reports an option that does not apply to this kind of source: an option without effect would be misleading. */
function misplaced(source: ConfiguredSource, place: SourcePlace): StructureProblem | undefined {
  const remedy = "Remove it, or correct the uri.";
  const wrong = (key: string, message: string) => ({ path: ["config", key], message, remedy });
  if (place.kind !== "git") {
    for (const key of ["branch", "tag", "folder"] as const) {
      if (source[key] !== undefined) return wrong(key, `"${key}" applies only to git repositories`);
    }
  }
  if (place.kind === "file" && source.refreshMs !== undefined) {
    return wrong("refresh", '"refresh" applies only to remote sources; for a folder or .zip use "watch"');
  }
  return undefined;
}
