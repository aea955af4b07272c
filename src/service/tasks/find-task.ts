import { noTask } from "../../domain/not-found.ts";
import { nearest } from "../../lib/nearest.ts";
import type { TaskRecord, TaskStore } from "../../store/contract/tasks.ts";

/** How a caller names a task: its id, its uuid, or its label. */
export type TaskReference = number | string;

const UUID_LENGTH = 36;

/** Tasks among which the label is looked for that was meant. */
const MAX_COMPARED = 1_000;

/**
 * The task that is meant. Of several with one label, the first that a source still has.
 * @throws {RatchetError} TASK_NOT_FOUND
 */
export async function findTask(tasks: TaskStore, reference: TaskReference): Promise<TaskRecord> {
  const found = await lookUpTask(tasks, reference);
  if (found !== undefined) return found;
  throw noTask(reference, typeof reference === "number" ? undefined : await nearestLabel(tasks, reference));
}

/** The same for a task that need not exist. */
export async function lookUpTask(tasks: TaskStore, reference: TaskReference): Promise<TaskRecord | undefined> {
  if (typeof reference === "number") return tasks.get(reference);
  return (await byUuid(tasks, reference)) ?? (await tasks.byLabel(reference));
}

/** The id of a task that a list is restricted to; undefined when it is not. @throws {RatchetError} TASK_NOT_FOUND */
export async function taskIdOf(tasks: TaskStore, reference: TaskReference | undefined): Promise<number | undefined> {
  return reference === undefined ? undefined : (await findTask(tasks, reference)).id;
}

/** Looks only for what has the length of a uuid: most callers use labels. */
function byUuid(tasks: TaskStore, reference: string): Promise<TaskRecord | undefined> | undefined {
  return reference.length === UUID_LENGTH ? tasks.byUuid(reference.toLowerCase()) : undefined;
}

/** Looks among the latest tasks. */
async function nearestLabel(tasks: TaskStore, label: string): Promise<string | undefined> {
  const { items } = await tasks.list({}, { limit: MAX_COMPARED });
  return nearest(
    label,
    items.map((task) => task.label),
  );
}

/** A reference from a place where everything is a text, such as a path: digits are an id. */
export function taskReference(text: string): TaskReference {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
