import { type ErrorCode, RatchetError } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskFiles } from "../task/task-files.ts";

/** Stands for a path. */
const PATH = "\0";

/** A task's files as they cross to another thread. */
export interface PackedFiles {
  origin: string;
  /** What {@link TaskFiles.name} gives for any path, with this mark in its place. */
  nameForm: string;
  contents: ReadonlyMap<string, Uint8Array>;
}

/** A {@link RatchetError} as it crosses to another thread. */
export interface PackedError {
  code: ErrorCode;
  message: string;
  data: JsonObject;
  problems: readonly Problem[];
  remedy: string | undefined;
}

/** What {@link TaskFiles.name} gives for any path. */
export function nameFormOf(files: TaskFiles): string {
  return files.name(PATH);
}

/** The files on the other side. */
export function unpackFiles({ origin, nameForm, contents }: PackedFiles): TaskFiles {
  const paths = [...contents.keys()];
  return {
    origin,
    name: (path) => nameForm.replace(PATH, () => path),
    read: async (path) => contents.get(path),
    list: async () => paths,
  };
}

export function packError({ code, message, data, problems, remedy }: RatchetError): PackedError {
  return { code, message, data, problems, remedy };
}

export function unpackError({ code, message, data, problems, remedy }: PackedError): RatchetError {
  return new RatchetError(code, message, { data, problems, ...(remedy === undefined ? {} : { remedy }) });
}
