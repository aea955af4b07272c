import type { TaskDefinition } from "../../../domain/task.ts";
import { loadProgram, loadTask } from "../../../task/load.ts";
import { readTextFile } from "./input.ts";

/**
 * Loads the task that a command runs: at a path, or the program from standard input for `-`.
 * @throws {RatchetError} what `loadTask` throws; INPUT_UNREADABLE
 */
export async function loadRunnable(options: { "from-fs": string; task: string | undefined }): Promise<TaskDefinition> {
  const path = options["from-fs"];
  if (path === "-") return loadProgram(readTextFile(path), "stdin", process.cwd());
  return loadTask(path, options.task === undefined ? {} : { label: options.task });
}
