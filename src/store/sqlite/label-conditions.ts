import type { SqlValue } from "./connection.ts";
import type { Predicate } from "./predicate.ts";

/** The condition that the label of a task matches one of the patterns, in which only `*` is special. */
export function labelMatches(patterns: readonly string[]): Predicate {
  if (patterns.length === 0) return { where: "FALSE", values: [] };
  const values: SqlValue[] = patterns.map((pattern) => pattern.replace(/[[?]/g, "[$&]"));
  return { where: `(${patterns.map(() => "label GLOB ?").join(" OR ")})`, values };
}

/** Adds the condition that the task of a row has such a label, if a filter has patterns. */
export function addLabels(parts: string[], values: SqlValue[], patterns: readonly string[] | undefined): void {
  if (patterns === undefined) return;
  const tasks = ofTasksLike(patterns);
  parts.push(tasks.where);
  values.push(...tasks.values);
}

/** The conditions of a filter on the counters of tasks, each after an AND. */
export function counted({ taskId, labels }: { taskId?: number; labels?: readonly string[] }): Predicate {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  if (taskId !== undefined) {
    parts.push("task_id = ?");
    values.push(taskId);
  }
  addLabels(parts, values, labels);
  return { where: parts.map((part) => ` AND ${part}`).join(""), values };
}

/** The condition that the task of a row has such a label. SQLite looks the tasks up once for each statement. */
function ofTasksLike(patterns: readonly string[]): Predicate {
  const { where, values } = labelMatches(patterns);
  return { where: `task_id IN (SELECT id FROM tasks WHERE ${where})`, values };
}
