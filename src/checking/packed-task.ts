import { type ErrorCode, RatchetError } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskFiles } from "../task/task-files.ts";

/** Placeholder for a path. */
const PATH = "\0";

/** A task's files in the form for other threads. */
export interface PackedFiles {
  origin: string;
  /** Result of {@link TaskFiles.name} with the placeholder in place of the path. */
  nameForm: string;
  contents: ReadonlyMap<string, Uint8Array>;
}

/** A {@link RatchetError} in the form for other threads. */
export interface PackedError {
  code: ErrorCode;
  message: string;
  data: JsonObject;
  problems: readonly Problem[];
  remedy: string | undefined;
}

/** Returns the result of {@link TaskFiles.name} with the placeholder in place of the path. */
export function nameFormOf(files: TaskFiles): string {
  return files.name(PATH);
}

/** Restores the files on the other thread. */
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
  return new RatchetError(code, message, { data, problems, remedy });
}
