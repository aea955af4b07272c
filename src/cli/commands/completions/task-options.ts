import { firstWordAt } from "../../framework/strict-arguments.ts";
import { RUN_OPTIONS } from "../run/options.ts";
import { optionsOwner } from "../run/options-owner.ts";
import { taskOptions } from "../run/task-help.ts";
import { loadRunnable } from "../run-once/load-runnable.ts";

/**
 * Returns the options of the task that a command line runs, one per line with a tab before its description. Nothing is
 * returned while the line has no path yet.
 * @param words what follows `ratchet run`, up to the word that is completed
 * @throws {RatchetError} when the task can't be loaded
 */
export async function taskOptionLines(words: readonly string[]): Promise<string> {
  const path = words[firstWordAt(RUN_OPTIONS, words)];
  if (path === undefined || path === "-") return "";
  const task = await loadRunnable({ "from-fs": path, task: undefined });
  const owner = await optionsOwner(task, `run ${path}`);
  return taskOptions(owner)
    .map(({ name, definition }) => `--${name}\t${definition.description}\n`)
    .join("");
}
