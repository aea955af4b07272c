import type { Problem } from "../domain/problem.ts";
import type { TaskMetadata } from "../domain/task.ts";

/** What identifies a task of a collection. */
interface Named {
  readonly origin: string;
  readonly metadata: TaskMetadata;
}

/** Finds tasks of a collection with the same label, or with the same uuid and version. */
export function findDuplicates(tasks: readonly Named[]): Problem[] {
  const problems: Problem[] = [];
  const labels = new Map<string, Named>();
  const versions = new Map<string, Named>();
  const report = (task: Named, first: Named, pointer: string, what: string, remedy: string) => {
    const file = `${task.origin}${task.origin.endsWith(".zip") ? "!" : "/"}metadata.json`;
    problems.push({ severity: "error", file, pointer, message: `${what} is already used by ${first.origin}.`, remedy });
  };
  for (const task of tasks) {
    const { label, uuid, version } = task.metadata;
    const sameLabel = labels.get(label);
    if (sameLabel === undefined) labels.set(label, task);
    else report(task, sameLabel, "/label", `The label "${label}"`, "Give each task its own label.");
    const id = `${uuid}@${version}`;
    const sameVersion = versions.get(id);
    if (sameVersion === undefined) versions.set(id, task);
    else {
      const remedy = "Give a new task its own uuid, or a changed task a new version.";
      report(task, sameVersion, "/uuid", `The uuid ${uuid} with version ${version}`, remedy);
    }
  }
  return problems;
}
