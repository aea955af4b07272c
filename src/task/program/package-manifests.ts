import { posix } from "node:path";
import { isObject } from "../../lib/is-object.ts";
import type { TaskFiles } from "../task-files.ts";

/** The files of a task, and whether there is one with a path. */
export interface ImportableFiles {
  files: TaskFiles;
  paths: Pick<ReadonlySet<string>, "has">;
}

/** The files of a task, and what is known of its packages. */
export interface PackagedFiles extends ImportableFiles {
  /** What was read of each folder's package.json. */
  manifests: Map<string, Promise<Manifest | undefined>>;
  /** Whether a package, by its folder, is used in its browser build. */
  browserBuilds: Map<string, Promise<boolean>>;
}

/** The fields of a package.json that are used. None of them is trusted. */
export interface Manifest {
  name: string;
  module?: unknown;
  main?: unknown;
  browser?: unknown;
  exports?: Record<string, string>;
  imports?: Record<string, string>;
  sideEffects?: unknown;
}

/** Reads the package.json of a folder; undefined if it is absent or not an object. */
export function readManifest(task: PackagedFiles, folder: string): Promise<Manifest | undefined> {
  let manifest = task.manifests.get(folder);
  if (manifest === undefined) {
    manifest = read(task, folder);
    task.manifests.set(folder, manifest);
  }
  return manifest;
}

async function read({ files, paths }: PackagedFiles, folder: string): Promise<Manifest | undefined> {
  const path = posix.join(folder, "package.json");
  if (!paths.has(path)) return undefined;
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? { ...value, name: posix.basename(folder) } : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the folder of the package that a file belongs to: the nearest one in `node_modules`, else the task's, ".". */
export function packageFolder(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? ".";
}
