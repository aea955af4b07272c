import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import type { Archive } from "./archive.ts";
import { directoryFiles, isMissing, readStart, unreadable } from "./directory.ts";
import type { TaskFiles } from "./task-files.ts";

/** Number of names that are compared with one that does not exist. */
const MAX_COMPARED = 1_000;

/** One member of a collection that looks like a task. */
export interface Member {
  /** Its location as the user would write it. */
  origin: string;
  /** @throws {RatchetError} TASK_UNREADABLE or TASK_INVALID, if the member is an archive */
  open(): Promise<TaskFiles>;
}

/** What a path contains. */
export type TaskPlace =
  | { kind: "task"; files: TaskFiles; warnings: readonly Problem[] }
  | { kind: "collection"; origin: string; members: readonly Member[]; warnings: readonly Problem[] };

/** The file that makes a folder a task. */
export const METADATA_FILE = "metadata.json";
/** The file that takes the place of main.js in a task that is a workflow. */
export const WORKFLOW_FILE = "workflow.yaml";
/** Files that show that a folder is meant to be a task. Missing ones are reported when the task is loaded. */
const SIGNS_OF_A_TASK = [METADATA_FILE, "main.js", "main.ts", WORKFLOW_FILE];

/**
 * Finds out what a path contains: one task (a folder or a .zip) or a collection.
 * @throws {RatchetError} TASK_NOT_FOUND when the path does not exist or contains no task; TASK_UNREADABLE;
 *   TASK_INVALID for a hostile archive
 */
export async function openPlace(path: string): Promise<TaskPlace> {
  const stats = statPath(path);
  if (stats.isDirectory()) return directoryPlace(path);
  if (stats.isFile()) {
    if (basename(path) === WORKFLOW_FILE) {
      throw new RatchetError("TASK_UNREADABLE", `${path} is the program of a task, and no task by itself.`, {
        remedy: `Pass the folder that it is in: ${dirname(path)}`,
        data: { path },
      });
    }
    if (!isProgram(path)) return await archivePlace(path);
    const { readSingleFile } = await import("./single-file/single-file.ts");
    return { kind: "task", files: readSingleFile(path), warnings: [] };
  }
  throw new RatchetError("TASK_UNREADABLE", `${path} is neither a folder nor a file.`, {
    remedy: "Pass a task's folder, a .zip file, or a .js or .ts file.",
    data: { path },
  });
}

/** Returns the members of a collection, or a single task as the only member. */
export function membersOf(place: TaskPlace): readonly Member[] {
  if (place.kind === "collection") return place.members;
  const { files } = place;
  return [{ origin: files.origin, open: async () => files }];
}

/** Returns true for a .js or .ts file, and for one without such a name that starts with `#!`. */
function isProgram(path: string): boolean {
  if (/\.[cm]?[jt]s$/.test(path)) return true;
  if (path.endsWith(".zip")) return false;
  const start = readStart(path, 2);
  return start[0] === 0x23 && start[1] === 0x21;
}

function statPath(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (!isMissing(error)) throw unreadable(path, error);
    const dangling = isLink(path);
    throw new RatchetError("TASK_NOT_FOUND", `${path} ${dangling ? "is a broken link" : "does not exist"}.`, {
      remedy: missingRemedy(path),
      data: { path },
    });
  }
}

/** Says what a path that does not exist was probably meant to be: a name next to it that is similar. */
function missingRemedy(path: string): string {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(path)) return "Download it first: a path is a file or folder of this machine.";
  const near = nearest(basename(path), namesIn(dirname(path)));
  if (near === undefined) return "Check the path, or create a task with `ratchet init`.";
  return `Did you mean ${path.includes("/") ? join(dirname(path), near) : near}?`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MAX_COMPARED);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function directoryPlace(path: string): TaskPlace {
  if (SIGNS_OF_A_TASK.some((file) => exists(join(path, file)))) {
    return { kind: "task", files: directoryFiles(path), warnings: [] };
  }
  let names: string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  const members: Member[] = [];
  for (const name of names.filter((name) => !name.startsWith(".") && name !== "node_modules").sort()) {
    const inside = join(path, name);
    if (name.endsWith(".zip") && isFile(inside)) {
      members.push({ origin: inside, open: () => openSingleArchive(inside) });
    } else if (SIGNS_OF_A_TASK.some((file) => exists(join(inside, file)))) {
      members.push({ origin: inside, open: async () => directoryFiles(inside, path) });
    }
  }
  if (members.length === 0) throw noTask(path);
  return { kind: "collection", origin: path, members, warnings: [] };
}

async function archivePlace(path: string): Promise<TaskPlace> {
  const { openArchive } = await import("./archive.ts");
  const archive = await openArchive(path);
  const { warnings } = archive;
  if (archive.paths.some((name) => SIGNS_OF_A_TASK.includes(name)))
    return { kind: "task", files: archive.files(""), warnings };
  const outer = foldersWith(archive, "");
  if (outer.length === 1 && outer[0] !== undefined) {
    return { kind: "task", files: archive.files(outer[0]), warnings };
  }
  // A collection may be packed with or without the folder that holds its tasks.
  const [top, ...others] = new Set(archive.paths.map((name) => name.split("/", 1)[0]));
  const folders =
    outer.length === 0 && top !== undefined && others.length === 0 ? foldersWith(archive, `${top}/`) : outer;
  if (folders.length === 0) throw noTask(path);
  return {
    kind: "collection",
    origin: path,
    members: folders.map((folder) => ({ origin: `${path}!${folder}`, open: async () => archive.files(folder) })),
    warnings,
  };
}

/** Returns the folders directly below a prefix that contain a task. */
function foldersWith(archive: Archive, prefix: string): string[] {
  const found = new Set<string>();
  for (const path of archive.paths) {
    if (!path.startsWith(prefix)) continue;
    const [folder, file, ...deeper] = path.slice(prefix.length).split("/");
    if (file !== undefined && deeper.length === 0 && SIGNS_OF_A_TASK.includes(file)) found.add(`${prefix}${folder}`);
  }
  return [...found];
}

/** Opens a .zip in a collection's folder. It must be a single task: collections cannot be nested. */
async function openSingleArchive(path: string): Promise<TaskFiles> {
  const place = await archivePlace(path);
  if (place.kind === "task") return place.files;
  throw new RatchetError(
    "TASK_INVALID",
    `${path} contains ${place.members.length} tasks; an archive in a collection must contain one.`,
    {
      remedy: "Pack each task separately.",
      data: { path },
    },
  );
}

function noTask(path: string): RatchetError {
  return new RatchetError("TASK_NOT_FOUND", `${path} contains no task: it has no ${METADATA_FILE}.`, {
    remedy:
      "Pass a task's folder, a .zip of it, a folder of tasks, or a .js or .ts file; `ratchet init` creates a task.",
    data: { path },
  });
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // The name is too long, or a folder cannot be entered. Reading the file reports it.
    return !isMissing(error);
  }
}
