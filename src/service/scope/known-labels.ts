import type { EventStore } from "../../store/contract/events.ts";
import type { TaskRecord, TaskStore } from "../../store/contract/tasks.ts";

/** Labels of tasks. Every request of a limited caller needs them. */
export interface KnownLabels {
  /** Returns tasks by their ids; those that do not exist are missing. It only waits for the store if one is not known. */
  find(ids: readonly number[]): Promise<readonly LabelledTask[]>;
}

/** A task, as far as a scope looks at it. */
export type LabelledTask = Pick<TaskRecord, "id" | "label">;

/** Tasks that are remembered. */
const MAX_KNOWN = 10_000;

/** Remembers labels until a task changes. Only this process changes tasks. */
export function createKnownLabels(
  tasks: Pick<TaskStore, "getMany">,
  events: Pick<EventStore, "subscribe">,
): KnownLabels {
  let known = new Map<number, LabelledTask>();
  events.subscribe((batch) => {
    if (known.size > 0 && batch.some(({ type }) => type === "task.updated")) known = new Map();
  });
  return {
    async find(ids) {
      // What is read before a change must not be remembered after it.
      const kept = known;
      const found: LabelledTask[] = [];
      const missing: number[] = [];
      for (const id of ids) {
        const task = kept.get(id);
        if (task === undefined) missing.push(id);
        else found.push(task);
      }
      if (missing.length === 0) return found;
      for (const { id, label } of await tasks.getMany(missing)) {
        if (kept.size < MAX_KNOWN) kept.set(id, { id, label });
        found.push({ id, label });
      }
      return found;
    },
  };
}
