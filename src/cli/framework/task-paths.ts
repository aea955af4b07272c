import { RatchetError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/problem.ts";
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

/**
 * Does something with each of several paths. If there are several, one that can't be read does not keep the others from being
 * looked at: it becomes a problem.
 * @throws {RatchetError} of a single path
 */
export async function withEachPath<T>(
  paths: readonly string[],
  use: (path: string) => Promise<T>,
): Promise<{ found: T[]; problems: Problem[] }> {
  const problems: Problem[] = [];
  const results = await Promise.all(
    paths.map(async (path) => {
      try {
        return [await use(path)];
      } catch (error) {
        if (paths.length === 1 || !(error instanceof RatchetError)) throw error;
        const { message, remedy = "Correct the path.", code } = error;
        // The problems of a path that was not found are those of its neighbours.
        if (code === "TASK_INVALID" && error.problems.length > 0) problems.push(...error.problems);
        else problems.push({ severity: "error", file: path, message, remedy });
        return [];
      }
    }),
  );
  return { found: results.flat(), problems };
}
