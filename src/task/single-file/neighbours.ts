import { realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { RatchetError } from "../../domain/errors.ts";
import { isMissing, readPlainFile, unreadable } from "../directory.ts";
import type { ImportableFiles } from "../program/package-manifests.ts";
import { composedTsconfig, TSCONFIG_FILE } from "../tsconfig-file.ts";

/** A single file, and its place. */
export interface SingleFile {
  origin: string;
  /** Absolute path of its folder. */
  folder: string;
  /** Its own name among its neighbours, which need not exist on disk. */
  name: string;
  content: Uint8Array | undefined;
}

const PACKAGES = "node_modules";

/**
 * Returns what a single file may import: files in its folder and below, and packages from the nearest `node_modules`
 * folder, its own or that of a folder above. The folders are not listed, because a program may lie next to anything.
 */
export function neighbourFiles({ origin, folder, name, content }: SingleFile): ImportableFiles {
  let project: string | undefined;
  /** A package may be a link to another folder of the project, as in workspaces. */
  const rootOf = (path: string): string => {
    if (!path.startsWith(`${PACKAGES}/`)) return folder;
    project ??= projectOf(folder);
    return project;
  };
  const realPath = (path: string) => join(rootOf(path), path);
  const read = async (path: string) => {
    if (path === name) return content;
    const composed = path === TSCONFIG_FILE ? composedTsconfig(folder, folder) : undefined;
    if (composed !== undefined) return Buffer.from(composed);
    const found = resolveFile(realPath(path));
    if (found === undefined) return undefined;
    const root = rootOf(path);
    if (!isBelow(found, root)) {
      throw new RatchetError("TASK_INVALID", `${realPath(path)} is a link that points outside ${root}.`, {
        remedy: "Copy the file there.",
      });
    }
    return readPlainFile(realPath(path), found);
  };
  return {
    files: {
      origin,
      name: (path) => {
        if (path === name) return origin;
        return rootOf(path) === folder ? join(dirname(origin), path) : realPath(path);
      },
      read,
      list: async () => [name],
      diskPath: (path) => (path === name || path === TSCONFIG_FILE ? undefined : realPath(path)),
    },
    paths: { has: (path) => path === name || isPlainFile(realPath(path)) },
  };
}

/** Returns the nearest folder, upwards, that has packages. */
function projectOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (statSync(join(at, PACKAGES), { throwIfNoEntry: false })?.isDirectory()) return at;
    if (dirname(at) === at) return folder;
  }
}

function isPlainFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

function resolveFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

function isBelow(path: string, folder: string): boolean {
  const root = realpathSync(folder);
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
