import { RatchetError } from "../domain/errors.ts";
import { checksumOf } from "../task/checksum.ts";
import { defineTask } from "../task/define-task.ts";
import { MAX_TASK_BYTES, type TaskFiles } from "../task/task-files.ts";
import type { TaskContent } from "./content-cache.ts";

/**
 * Reads all files of a task into memory, so that what runs is one state of them, whatever happens on the disk.
 * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
 */
export async function readContent(files: TaskFiles): Promise<TaskContent> {
  const contents = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const path of await files.list()) {
    const content = await files.read(path);
    // Deleted since it was listed: the checksum will tell.
    if (content === undefined) continue;
    bytes += content.length;
    if (bytes > MAX_TASK_BYTES) {
      throw new RatchetError("TASK_INVALID", `${files.origin} has more than ${MAX_TASK_BYTES} bytes.`, {
        remedy: "Take files out of the task.",
        data: { limit: MAX_TASK_BYTES },
      });
    }
    contents.set(path, content);
  }
  const inMemory = memoryFiles(files, contents);
  return { task: await defineTask(inMemory), files: inMemory, bytes };
}

/** Files in memory under the names of where they came from. */
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

/** Metadata and checksum of a task, read without keeping the files. */
export async function describeTask(files: TaskFiles) {
  const { metadata, origin, warnings } = await defineTask(files);
  const { uuid, version, label, description, limits = {} } = metadata;
  return {
    version: { uuid, version, label, description, limits, checksum: await checksumOf(files), origin },
    warnings,
  };
}
