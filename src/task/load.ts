import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { nearest } from "../lib/nearest.ts";
import { defineTask } from "./define-task.ts";
import { findDuplicates } from "./duplicates.ts";
import { problemsOf } from "./failure.ts";
import type { PreparedPrograms } from "./prepared/prepared-programs.ts";
import { type Member, membersOf, openPlace } from "./task-place.ts";
import { splitSelector } from "./task-selector.ts";

/** The tasks at a path, and the problems of those that could not be loaded. */
export interface LoadedCollection {
  /** The path as the user named it. */
  origin: string;
  /** False when the path is a single task. */
  isCollection: boolean;
  tasks: TaskDefinition[];
  /** Why members were skipped, and duplicate names. One invalid task never hides the others. */
  problems: Problem[];
}

/** Options for loading tasks. */
export interface LoadOptions {
  /** Programs that were prepared earlier. @default none: programs are always prepared */
  prepared?: PreparedPrograms | undefined;
}

/**
 * Loads one task: a folder, a .zip, a single .js or .ts file, or one task of a collection (`collection#label`).
 * @param options.label selects a task of a collection, in its newest version; for a single task it must match the task's label
 * @throws {RatchetError} TASK_NOT_FOUND, TASK_UNREADABLE, TASK_INVALID
 * @example
 * ```ts
 * const task = await loadTask("tasks/addition");
 * task.metadata.label; // => "addition"
 * await task.tests().then(({ tests }) => tests.length > 0); // => true
 * ```
 */
export async function loadTask(given: string, options: LoadOptions & { label?: string } = {}): Promise<TaskDefinition> {
  const { path, label } = splitSelector(given, options.label);
  const { prepared } = options;
  const place = await openPlace(path);
  if (place.kind === "task") {
    const task = await defineTask(place.files, { warnings: place.warnings, prepared });
    if (label === undefined || task.metadata.label === label) return task;
    throw notFound(path, label, [task]);
  }
  const { tasks, problems } = await loadMembers(place.members, options);
  if (label === undefined) {
    const labels = tasks.map(({ metadata }) => metadata.label);
    throw new RatchetError("TASK_NOT_FOUND", `${path} is a collection, and no task was selected.`, {
      remedy: `Select one by its label, as in ${path}#${labels[0] ?? "LABEL"}: ${listed(labels)}.`,
      problems,
      data: { path, labels },
    });
  }
  const found = tasks.filter(({ metadata }) => metadata.label === label);
  const [task] = found;
  if (task === undefined) throw notFound(path, label, tasks, problems);
  const other = found.find(({ metadata }) => metadata.uuid !== task.metadata.uuid);
  if (other === undefined) return found.length === 1 ? task : await newestOf(found, task);
  throw new RatchetError("TASK_INVALID", `${task.origin} and ${other.origin} both have the label "${label}".`, {
    remedy: "Pass the path of the task you want, or change one of the labels.",
    problems,
    data: { path, label },
  });
}

/**
 * Loads a program that is not in a file, such as one from standard input. It may import files of a folder.
 * @param origin its name in messages
 * @throws {RatchetError} TASK_INVALID
 */
export async function loadProgram(
  text: string,
  origin: string,
  folder: string,
  { prepared }: LoadOptions = {},
): Promise<TaskDefinition> {
  const { languageOf, singleProgramFiles } = await import("./single-file/single-file.ts");
  const language = languageOf(text);
  return defineTask(singleProgramFiles({ origin, folder, name: `${origin}.${language}`, text, language }), {
    prepared,
  });
}

/**
 * Loads everything at a path; a single task is a collection of one.
 * @throws {RatchetError} only when nothing can be read at all: TASK_NOT_FOUND, TASK_UNREADABLE, TASK_INVALID
 * @example
 * ```ts
 * const { tasks, problems } = await loadCollection("tests/samples/broken");
 * problems.some(({ severity }) => severity === "error"); // => true
 * tasks.length; // => 0
 * ```
 */
export async function loadCollection(given: string, options: LoadOptions = {}): Promise<LoadedCollection> {
  const { path, label } = splitSelector(given);
  if (label !== undefined) {
    const task = await loadTask(path, { ...options, label });
    return { origin: given, isCollection: false, tasks: [task], problems: [] };
  }
  const place = await openPlace(path);
  const { tasks, problems } = await loadMembers(membersOf(place), options);
  return {
    origin: path,
    isCollection: place.kind === "collection",
    tasks,
    problems: [...place.warnings, ...problems, ...findDuplicates(tasks)],
  };
}

async function loadMembers(
  members: readonly Member[],
  { prepared }: LoadOptions,
): Promise<{ tasks: TaskDefinition[]; problems: Problem[] }> {
  const tasks: TaskDefinition[] = [];
  const problems: Problem[] = [];
  for (const [index, member] of members.entries()) {
    // Files are read synchronously, so let a server handle requests in between.
    if (index % 32 === 31) await new Promise((resolve) => setImmediate(resolve));
    try {
      tasks.push(await defineTask(await member.open(), { prepared }));
    } catch (error) {
      problems.push(...problemsOf(member.origin, error));
    }
  }
  return { tasks, problems };
}

/** Few collections have several versions of a task, so the others do not wait for the comparison to load. */
async function newestOf(versions: readonly TaskDefinition[], first: TaskDefinition): Promise<TaskDefinition> {
  return (await import("./newest-version.ts")).newestVersion(versions) ?? first;
}

function notFound(
  path: string,
  label: string,
  tasks: readonly TaskDefinition[],
  problems: readonly Problem[] = [],
): RatchetError {
  const labels = tasks.map(({ metadata }) => metadata.label);
  const near = nearest(label, labels);
  const hidden = problems.some(({ severity }) => severity === "error") ? "; others could not be loaded" : "";
  return new RatchetError("TASK_NOT_FOUND", `${path} has no task with the label "${label}".`, {
    remedy: `${near === undefined ? "" : `Did you mean "${near}"? `}It has ${listed(labels)}${hidden}.`,
    problems,
    data: { path, label, labels },
  });
}

function listed(labels: readonly string[]): string {
  if (labels.length === 0) return "none that could be loaded";
  const shown = labels.slice(0, 20).join(", ");
  return labels.length > 20 ? `${shown} and ${labels.length - 20} more` : shown;
}
