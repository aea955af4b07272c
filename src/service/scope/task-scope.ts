import { matchesLabel } from "../../domain/label-pattern.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { KnownLabels } from "./known-labels.ts";

/** The tasks that a caller is limited to. A source may change labels, and the scope changes with them. */
export interface TaskScope {
  /** Patterns of labels. */
  readonly labels: readonly string[];
  hasTask(task: Pick<TaskRecord, "label">): boolean;
  /** Whether the task with an id is one of them. */
  has(taskId: number): Promise<boolean>;
  /** Returns the items whose task is one of them. */
  only<T extends { taskId: number }>(items: readonly T[]): Promise<T[]>;
}

/** Creates the scope of a caller who is limited to tasks whose label matches one of the patterns. */
export function createTaskScope(known: KnownLabels, labels: readonly string[]): TaskScope {
  const hasTask = ({ label }: Pick<TaskRecord, "label">) => matchesLabel(labels, label);
  async function only<T extends { taskId: number }>(items: readonly T[]): Promise<T[]> {
    const ids = [...new Set(items.map(({ taskId }) => taskId))];
    if (ids.length === 0) return [];
    const found = new Set((await known.find(ids)).filter(hasTask).map(({ id }) => id));
    return items.filter(({ taskId }) => found.has(taskId));
  }
  return { labels, hasTask, only, has: async (taskId) => (await only([{ taskId }])).length === 1 };
}
