import { formatSize } from "../lib/size.ts";
import { taskInvalid } from "./failure.ts";
import { decodeUtf8 } from "./json-file.ts";
import type { TaskFiles } from "./task-files.ts";

/** Maximum size of a README, in bytes. */
const MAX_BYTES = 1024 * 1024;

/** In the task's own folder, whatever the case. */
const NAME = /^readme(?:\.md|\.markdown|\.txt)?$/i;

/** Reads the README of a task; undefined without one. @throws {RatchetError} TASK_INVALID, TASK_UNREADABLE */
export async function readReadme(files: TaskFiles): Promise<{ file: string; text: string } | undefined> {
  const file = (await files.list()).find((path) => NAME.test(path));
  const bytes = file === undefined ? undefined : await files.read(file);
  if (file === undefined || bytes === undefined) return undefined;
  if (bytes.length > MAX_BYTES) throw invalid(files, file, `it has more than ${formatSize(MAX_BYTES)}`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw invalid(files, file, "it is not UTF-8");
  return { file, text };
}

function invalid(files: TaskFiles, file: string, why: string): Error {
  const remedy = "Write a shorter text in UTF-8.";
  return taskInvalid([
    { severity: "error", file: files.name(file), message: `The README can't be shown: ${why}.`, remedy },
  ]);
}
