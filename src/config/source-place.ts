import { isAbsolute, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { StructureProblem } from "./value-form.ts";

/** One entry of `registry.sources`. */
export interface ConfiguredSource {
  name: string;
  uri: string;
  /**
   * Pick up changes: of a file within a second, of a remote source every `refreshMs`.
   * @default true for remote sources
   */
  watch?: boolean;
  /** Of a git repository; one of the two at most. */
  branch?: string;
  tag?: string;
  /** Of a git repository: the folder in it that holds the tasks. */
  folder?: string;
  /** Between two looks at a remote source, ms. */
  refreshMs?: number;
}

/** Where a source's tasks are. */
export type SourcePlace =
  /** A folder (one task or a collection), or a .zip: what it is shows when it is there. */
  | { kind: "file"; path: string }
  /** Address of an index of .zip files. */
  | { kind: "http"; url: string }
  | { kind: "git"; url: string; reference: GitReference; folder: string };

/** Which commit: the newest of the default branch, of a branch, or a tag. */
export type GitReference = { kind: "default" } | { kind: "branch" | "tag"; name: string };

/** Finds out where a configured source is; or what about it makes no sense. */
export function sourcePlace(source: ConfiguredSource): SourcePlace | { problem: StructureProblem } {
  const place = placeOf(source);
  if (place === undefined) {
    const remedy =
      "Write file://PATH, the address of an index (https://host/index.json), or a repository " +
      "(https://host/tasks.git, git+https://..., ssh://...).";
    return { problem: { path: ["uri"], message: "the uri is not one that Ratchet knows", remedy } };
  }
  const problem = misplaced(source, place);
  return problem === undefined ? place : { problem };
}

/** Whether a source is a file or folder below the current folder. */
export function staysInFolder(source: ConfiguredSource): boolean {
  const place = sourcePlace(source);
  if ("problem" in place || place.kind !== "file" || isAbsolute(place.path)) return false;
  const [first] = normalize(place.path).split(sep);
  return first !== "..";
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

/** `file://./tasks` and `file://tasks` are no proper URLs (RFC 8089), but what people write: a path from here. */
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

/** `git@host:path`, the form of scp, which has no scheme. */
const SCP = /^[\w.-]+@[\w.-]+:(?!\/\/)/;
/** What git is let speak; `ext::` and others would run commands. */
const GIT_URL = /^(?:https?|ssh|git|file):\/\/\S+$/i;

function gitPlace(source: ConfiguredSource, url: string): SourcePlace | undefined {
  if (!GIT_URL.test(url) && !SCP.test(url)) return undefined;
  const { branch, tag, folder = "" } = source;
  let reference: GitReference = { kind: "default" };
  if (branch !== undefined) reference = { kind: "branch", name: branch };
  if (tag !== undefined) reference = { kind: "tag", name: tag };
  return { kind: "git", url, reference, folder: folder.replace(/\/$/, "") };
}

/** What was said about a source that has no meaning for its kind: an option without effect would mislead. */
function misplaced(source: ConfiguredSource, place: SourcePlace): StructureProblem | undefined {
  const remedy = "Take it out, or correct the uri.";
  const wrong = (key: string, message: string) => ({ path: ["config", key], message, remedy });
  if (place.kind !== "git") {
    for (const key of ["branch", "tag", "folder"] as const) {
      if (source[key] !== undefined) return wrong(key, `"${key}" has a meaning for git repositories only`);
    }
  }
  if (place.kind === "file" && source.refreshMs !== undefined) {
    return wrong("refresh", '"refresh" has a meaning for remote sources only; a folder or .zip takes "watch"');
  }
  return undefined;
}
