import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import type { Archive } from "./archive.ts";
import { directoryFiles, isMissing, unreadable } from "./directory.ts";
import type { TaskFiles } from "./task-files.ts";

/** One member of a collection that looks like a task. */
export interface Member {
  /** As the user would name it. */
  origin: string;
  /** @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID, for a member that is an archive */
  open(): Promise<TaskFiles>;
}

/** What a path holds. */
export type TaskPlace =
  | { kind: "task"; files: TaskFiles; warnings: readonly Problem[] }
  | { kind: "collection"; origin: string; members: readonly Member[]; warnings: readonly Problem[] };

/** The file that makes a folder a task. */
export const METADATA_FILE = "metadata.json";
/** Files that show that a folder is meant as a task; what it lacks of them is said when it is loaded. */
const SIGNS_OF_A_TASK = [METADATA_FILE, "main.js", "main.ts"];

/**
 * Finds out what a path holds: one task (a folder or a .zip), or a collection of them.
 * @throws {RatchetError} TASK_NOT_FOUND when there is nothing at the path or no task in it, TASK_UNREADABLE,
 *   TASK_INVALID for a hostile archive
 */
export async function openPlace(path: string): Promise<TaskPlace> {
  const stats = statPath(path);
  if (stats.isDirectory()) return directoryPlace(path);
  if (stats.isFile()) return await archivePlace(path);
  throw new RatchetError("TASK_UNREADABLE", `${path} is neither a folder nor a file.`, {
    remedy: "Name a task's folder or a .zip file.",
    data: { path },
  });
}

/** The members of a collection; a single task is its own. */
export function membersOf(place: TaskPlace): readonly Member[] {
  if (place.kind === "collection") return place.members;
  const { files } = place;
  return [{ origin: files.origin, open: async () => files }];
}

function statPath(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (!isMissing(error)) throw unreadable(path, error);
    const dangling = isLink(path);
    throw new RatchetError("TASK_NOT_FOUND", `${path} ${dangling ? "is a link to nothing" : "does not exist"}.`, {
      remedy: "Check the path; `ratchet generate task` makes a new task.",
      data: { path },
    });
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
      members.push({ origin: inside, open: async () => directoryFiles(inside) });
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

/** Folders directly under a prefix that hold a task. */
function foldersWith(archive: Archive, prefix: string): string[] {
  const found = new Set<string>();
  for (const path of archive.paths) {
    if (!path.startsWith(prefix)) continue;
    const [folder, file, ...deeper] = path.slice(prefix.length).split("/");
    if (file !== undefined && deeper.length === 0 && SIGNS_OF_A_TASK.includes(file)) found.add(`${prefix}${folder}`);
  }
  return [...found];
}

/** A .zip in a collection's folder has to be one task: a collection of collections has no names for its tasks. */
async function openSingleArchive(path: string): Promise<TaskFiles> {
  const place = await archivePlace(path);
  if (place.kind === "task") return place.files;
  throw new RatchetError(
    "TASK_INVALID",
    `${path} holds ${place.members.length} tasks; in a collection it must be one.`,
    {
      remedy: "Pack each task on its own.",
      data: { path },
    },
  );
}

function noTask(path: string): RatchetError {
  return new RatchetError("TASK_NOT_FOUND", `${path} holds no task: there is no ${METADATA_FILE} in it.`, {
    remedy: "Name a task's folder, a .zip of it, or a folder of tasks; `ratchet generate task` makes a new one.",
    data: { path },
  });
}

function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A name too long, or a step of the path that may not be entered: reading will say it.
    return !isMissing(error);
  }
}
