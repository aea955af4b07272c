/** How many tasks have series of their own. */
const MAX_TASKS = 100;
/** The label of all others. */
const OTHERS = "other";

/**
 * Creates the function that returns the label of a task's series. The first 100 tasks have series of their own; all others
 * share one, so that a server with thousands of tasks does not have thousands of series.
 */
export function createTaskLabels(): (task: string | undefined) => string {
  const known = new Set<string>();
  return (task) => {
    if (task === undefined) return OTHERS;
    if (known.has(task)) return task;
    if (known.size >= MAX_TASKS) return OTHERS;
    known.add(task);
    return task;
  };
}
