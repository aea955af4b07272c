import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";
import type { TaskRecord, TaskStore } from "../store/contract/tasks.ts";

/** How a caller names a task: its row id, its uuid, or its label. */
export type TaskReference = number | string;

const UUID_LENGTH = 36;

/**
 * The task that is meant. Of several with one label, the first that a source still has.
 * @throws {RatchetError} TASK_NOT_FOUND
 */
export async function findTask(tasks: TaskStore, reference: TaskReference): Promise<TaskRecord> {
  const found =
    typeof reference === "number"
      ? await tasks.get(reference)
      : ((await byUuid(tasks, reference)) ?? (await tasks.byLabel(reference)));
  if (found !== undefined) return found;
  const name = typeof reference === "number" ? `with the id ${reference}` : JSON.stringify(reference.slice(0, 200));
  const near = typeof reference === "number" ? undefined : await nearestLabel(tasks, reference);
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  throw new RatchetError("TASK_NOT_FOUND", `There is no task ${name}.${hint}`, {
    remedy: "GET /api/v1/tasks lists those there are; a task can be named by uuid, label or id.",
  });
}

/** Asked only about what has the length of one: most callers use labels. */
function byUuid(tasks: TaskStore, reference: string): Promise<TaskRecord | undefined> | undefined {
  return reference.length === UUID_LENGTH ? tasks.byUuid(reference.toLowerCase()) : undefined;
}

/** Looks among the tasks that were made last. */
async function nearestLabel(tasks: TaskStore, label: string): Promise<string | undefined> {
  const { items } = await tasks.list({}, { limit: 1_000 });
  return nearest(
    label,
    items.map((task) => task.label),
  );
}

/** A reference from a path, where everything is a text. */
export function taskReference(text: string): TaskReference {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Tasks of several things, in one query. */
export async function tasksById(tasks: TaskStore, ids: Iterable<number>): Promise<Map<number, TaskRecord>> {
  const unique = [...new Set(ids)];
  const records = unique.length === 0 ? [] : await tasks.getMany(unique);
  return new Map(records.map((task) => [task.id, task]));
}
