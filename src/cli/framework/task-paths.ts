import { RatchetError } from "../../domain/errors.ts";
import type { ArgDefinition } from "./command.ts";

/** `--from-fs` of commands that take the path of a task as a word too. */
export const FROM_FS_OPTION = {
  type: "string",
  valueHint: "PATH",
  complete: "file",
  description: "Another way to name PATH.",
} as const satisfies ArgDefinition;

/** What a path of a task can be, for descriptions. */
export const TASK_PATH = "a folder, a .zip, a .js or .ts file, or COLLECTION#LABEL";

/**
 * Returns the paths that a command line names, as words or with `--from-fs`.
 * @throws {RatchetError} USAGE when it names none
 */
export function taskPaths(command: string, words: readonly string[], fromFs: string | undefined): string[] {
  const paths = fromFs === undefined ? [...words] : [...words, fromFs];
  if (paths.length > 0) return paths;
  throw new RatchetError("USAGE", `${command}: PATH is missing.`, {
    remedy: `Name the task: \`ratchet ${command} PATH\`, where PATH is ${TASK_PATH}.`,
  });
}

/**
 * Returns the only path that a command line names.
 * @throws {RatchetError} USAGE when it names none, or two
 */
export function taskPath(command: string, word: string | undefined, fromFs: string | undefined): string {
  const [path = "", other] = taskPaths(command, word === undefined ? [] : [word], fromFs);
  if (other === undefined) return path;
  throw new RatchetError("USAGE", `${command}: the task is named twice: ${path} and --from-fs ${other}.`, {
    remedy: "Name it once.",
  });
}
