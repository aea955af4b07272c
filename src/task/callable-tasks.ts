import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { type LoadedCollection, type LoadOptions, loadCollection, loadTask } from "./load.ts";
import { splitSelector } from "./task-selector.ts";

/** Extensions of programs that are tasks by themselves. */
const EXTENSIONS = ["ts", "js", "mts", "mjs", "cts", "cjs"];

/** Finds the tasks that a task may call. */
export type FindTask = (task: string, version: string | undefined) => Promise<TaskDefinition | undefined>;

/**
 * Returns a function that finds the tasks which a task can call: those of its collection, or for a single task those in the
 * folder around it. They are loaded on the first call.
 * @param given the path of the task, as the user wrote it; - for a program from standard input
 */
export function callableTasks(given: string, options: LoadOptions = {}): FindTask {
  const { path, label } = given === "-" ? { path: "-" } : splitSelector(given);
  let loading: Promise<LoadedCollection> | undefined;
  let folder: string | undefined;

  async function load(): Promise<LoadedCollection> {
    if (path === "-") folder = process.cwd();
    else {
      const own = await loadCollection(path, options);
      if (own.isCollection || label !== undefined) return own;
      folder = dirname(resolve(path));
    }
    try {
      return await loadCollection(folder, options);
    } catch (error) {
      // A folder of single files is no collection.
      if (error instanceof RatchetError) return { origin: folder, isCollection: true, tasks: [], problems: [] };
      throw error;
    }
  }

  return async (task, version) => {
    loading ??= load();
    const { tasks } = await loading;
    const fits = ({ metadata }: TaskDefinition) =>
      (metadata.label === task || metadata.uuid === task.toLowerCase()) &&
      (version === undefined || metadata.version === version);
    const found = tasks.filter(fits);
    if (found.length > 1) return (await import("./newest-version.ts")).newestVersion(found);
    if (found[0] !== undefined || folder === undefined) return found[0];
    const single = await singleFile(folder, task, options);
    return single !== undefined && fits(single) ? single : undefined;
  };
}

/** Loads the program of a folder that has the name of a task. */
async function singleFile(folder: string, task: string, options: LoadOptions): Promise<TaskDefinition | undefined> {
  if (/[/\\\0]/.test(task)) return undefined;
  const file = EXTENSIONS.map((extension) => join(folder, `${task}.${extension}`)).find((path) => existsSync(path));
  return file === undefined ? undefined : loadTask(file, options);
}
