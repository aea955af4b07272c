import { noTask } from "../../domain/not-found.ts";
import { nearest } from "../../lib/nearest.ts";
import type { TaskRecord, TaskStore } from "../../store/contract/tasks.ts";

/** How a caller identifies a task: by its id, its uuid or its label. */
export type TaskReference = number | string;

const UUID_LENGTH = 36;

/** Number of tasks whose labels are compared to find a similar one. */
const MAX_COMPARED = 1_000;

/**
 * Finds a task. If several have the same label, it returns the first one that a source still has.
 * @throws {RatchetError} TASK_NOT_FOUND
 */
export async function findTask(tasks: TaskStore, reference: TaskReference): Promise<TaskRecord> {
  const found = await lookUpTask(tasks, reference);
  if (found !== undefined) return found;
  throw noTask(reference, typeof reference === "number" ? undefined : await nearestLabel(tasks, reference));
}

/** Finds a task; undefined if it does not exist. */
export async function lookUpTask(tasks: TaskStore, reference: TaskReference): Promise<TaskRecord | undefined> {
  if (typeof reference === "number") return tasks.get(reference);
  return (await byUuid(tasks, reference)) ?? (await tasks.byLabel(reference));
}

/** Returns the id of the task that a list is restricted to; undefined without a restriction. @throws {RatchetError} TASK_NOT_FOUND */
export async function taskIdOf(tasks: TaskStore, reference: TaskReference | undefined): Promise<number | undefined> {
  return reference === undefined ? undefined : (await findTask(tasks, reference)).id;
}

/** Skips the look-up for anything that does not have the length of a uuid, because most callers use labels. */
function byUuid(tasks: TaskStore, reference: string): Promise<TaskRecord | undefined> | undefined {
  return reference.length === UUID_LENGTH ? tasks.byUuid(reference.toLowerCase()) : undefined;
}

/** Compares the label with those of the latest tasks. */
async function nearestLabel(tasks: TaskStore, label: string): Promise<string | undefined> {
  const { items } = await tasks.list({}, { limit: MAX_COMPARED });
  return nearest(
    label,
    items.map((task) => task.label),
  );
}

/** Reads a reference from a place where everything is text, such as a path: digits are an id. */
export function taskReference(text: string): TaskReference {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
