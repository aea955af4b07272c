import { RatchetError } from "../domain/errors.ts";
import type { Program } from "../domain/task.ts";
import { createBreather } from "../lib/breather.ts";
import { formatSize } from "../lib/size.ts";
import { checksumOf } from "../task/checksum.ts";
import { defineTask } from "../task/define-task.ts";
import { MAX_TASK_BYTES, type TaskFiles } from "../task/task-files.ts";
import type { TaskContent } from "./content-cache.ts";

/**
 * Reads all files of a task into memory, so that one state of them runs, whatever happens on the disk.
 * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
 */
export async function readContent(files: TaskFiles): Promise<TaskContent> {
  const contents = new Map<string, Uint8Array>();
  const breathe = createBreather();
  let bytes = 0;
  for (const path of await files.list()) {
    const content = await files.read(path);
    // Deleted since it was listed: the checksum will reveal that.
    if (content === undefined) continue;
    bytes += content.length;
    if (bytes > MAX_TASK_BYTES) {
      throw new RatchetError("TASK_INVALID", `${files.origin} has more than ${formatSize(MAX_TASK_BYTES)}.`, {
        remedy: "Remove files from the task.",
        data: { limit: MAX_TASK_BYTES },
      });
    }
    contents.set(path, content);
    await breathe();
  }
  const inMemory = memoryFiles(files, contents);
  return { task: await defineTask(inMemory), files: inMemory, bytes };
}

/** Returns the same content with a program that `loadProgram` loads once, when it is first requested. */
export function withProgramFrom(
  loadProgram: (files: TaskFiles) => Promise<Program>,
  content: TaskContent,
): TaskContent {
  let program: Promise<Program> | undefined;
  const load = async () => {
    try {
      return await loadProgram(content.files);
    } catch (error) {
      // An invalid task stays invalid; other failures, such as a busy thread, may pass.
      if (!(error instanceof RatchetError && error.code === "TASK_INVALID")) program = undefined;
      throw error;
    }
  };
  const task = {
    ...content.task,
    program: () => {
      program ??= load();
      return program;
    },
  };
  return { ...content, task };
}

/** Returns in-memory files that keep the names of the original place. */
export function memoryFiles(
  place: Pick<TaskFiles, "origin" | "name">,
  contents: ReadonlyMap<string, Uint8Array>,
): TaskFiles {
  const names = [...contents.keys()].sort();
  return {
    origin: place.origin,
    name: (path) => place.name(path),
    read: async (path) => contents.get(path),
    list: async () => names,
  };
}

/** Reads metadata and checksum of a task without keeping its files. */
export async function describeTask(files: TaskFiles) {
  const { metadata, origin, warnings } = await defineTask(files);
  const { uuid, version, label, description, limits = {}, dependencies } = metadata;
  const needs = dependencies === undefined ? {} : { dependencies };
  return {
    version: { uuid, version, label, description, limits, ...needs, checksum: await checksumOf(files), origin },
    warnings,
  };
}
