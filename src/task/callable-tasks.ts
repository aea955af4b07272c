import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RatchetError } from "../domain/errors.ts";
import { noTask } from "../domain/not-found.ts";
import type { TaskDefinition, TaskMetadata } from "../domain/task.ts";
import { nearest } from "../lib/nearest.ts";
import { type LoadedCollection, type LoadOptions, loadCollection, loadTask } from "./load.ts";
import { splitSelector } from "./task-selector.ts";

/** Extensions of programs that are tasks by themselves. */
const EXTENSIONS = ["ts", "js", "mts", "mjs", "cts", "cjs"];

/** Finds the tasks that a task may call. */
export interface FindTask {
  /** @returns undefined if it does not exist */
  (task: string, version: string | undefined): Promise<TaskDefinition | undefined>;
  /** The error for a task that does not exist, with what may be meant: a similar label, or the versions that are there. */
  missing(task: string, version: string | undefined): Promise<RatchetError>;
  /** The labels of the tasks of the collection or folder. */
  labels(): Promise<string[]>;
}

/** How many versions a message lists. */
const MOST_VERSIONS = 10;

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

  const loaded = async () => {
    loading ??= load();
    return (await loading).tasks;
  };

  const find = async (task: string, version: string | undefined) => {
    const fits = ({ metadata }: TaskDefinition) =>
      isNamed(metadata, task) && (version === undefined || metadata.version === version);
    const found = (await loaded()).filter(fits);
    if (found.length > 1) return (await import("./newest-version.ts")).newestVersion(found);
    if (found[0] !== undefined || folder === undefined) return found[0];
    const single = await singleFile(folder, task, options);
    return single !== undefined && fits(single) ? single : undefined;
  };

  return Object.assign(find, {
    labels: async () => (await loaded()).map(({ metadata }) => metadata.label),
    async missing(task: string, version: string | undefined) {
      const all = (await loaded()).map(({ metadata }) => metadata);
      const versions = all.filter((one) => isNamed(one, task)).map((one) => one.version);
      if (version === undefined || versions.length === 0) {
        return noTask(
          task,
          nearest(
            task,
            all.map(({ label }) => label),
          ),
        );
      }
      const message = `The task ${task} has no version ${version}, but ${versions.slice(0, MOST_VERSIONS).join(", ")}.`;
      return new RatchetError("TASK_NOT_FOUND", message);
    },
  });
}

function isNamed({ label, uuid }: TaskMetadata, task: string): boolean {
  return label === task || uuid === task.toLowerCase();
}

/** Loads the program of a folder that has the name of a task. */
async function singleFile(folder: string, task: string, options: LoadOptions): Promise<TaskDefinition | undefined> {
  if (/[/\\\0]/.test(task)) return undefined;
  const file = EXTENSIONS.map((extension) => join(folder, `${task}.${extension}`)).find((path) => existsSync(path));
  return file === undefined ? undefined : loadTask(file, options);
}
