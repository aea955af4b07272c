import type { TaskDefinition } from "../../../domain/task.ts";
import { defined } from "../../../lib/defined.ts";
import { loadProgram, loadTask } from "../../../task/load.ts";
import type { PreparedPrograms } from "../../../task/prepared/prepared-programs.ts";
import { readTextFile } from "./input.ts";

/**
 * Loads the task that a command runs: at a path, or the program from standard input for `-`.
 * @param prepared programs that earlier runs prepared
 * @throws {RatchetError} what `loadTask` throws; INPUT_UNREADABLE
 */
export async function loadRunnable(
  options: { "from-fs": string; task: string | undefined },
  prepared?: PreparedPrograms,
): Promise<TaskDefinition> {
  const path = options["from-fs"];
  if (path === "-") return loadProgram(readTextFile(path), "stdin", process.cwd(), { prepared });
  return loadTask(path, { prepared, ...defined({ label: options.task }) });
}
