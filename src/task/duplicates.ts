import type { Problem } from "../domain/problem.ts";
import type { TaskMetadata } from "../domain/task.ts";

/** What identifies a task of a collection. */
interface Named {
  readonly origin: string;
  readonly metadata: TaskMetadata;
}

/**
 * Finds different tasks of a collection with the same label, and tasks with the same uuid and version. Several versions of
 * one task may have the same label: calls choose one by its version.
 */
export function findDuplicates(tasks: readonly Named[]): Problem[] {
  const problems: Problem[] = [];
  const labels = new Map<string, Named>();
  const versions = new Map<string, Named>();
  for (const task of tasks) {
    const { label, uuid, version } = task.metadata;
    const sameLabel = labels.get(label);
    if (sameLabel === undefined) labels.set(label, task);
    else if (sameLabel.metadata.uuid !== uuid) {
      const message = `The label "${label}" is already used by ${sameLabel.origin}.`;
      problems.push(problemOf(task, { pointer: "/label", message, remedy: "Give each task its own label." }));
    }
    const id = `${uuid}@${version}`;
    const sameVersion = versions.get(id);
    if (sameVersion === undefined) versions.set(id, task);
    else {
      const message = `The uuid ${uuid} with version ${version} is already used by ${sameVersion.origin}.`;
      const remedy = "Give a new task its own uuid, or a changed task a new version.";
      problems.push(problemOf(task, { pointer: "/uuid", message, remedy }));
    }
  }
  return problems;
}

function problemOf({ origin }: Named, what: Pick<Problem, "pointer" | "message" | "remedy">): Problem {
  return { severity: "error", file: `${origin}${origin.endsWith(".zip") ? "!" : "/"}metadata.json`, ...what };
}
