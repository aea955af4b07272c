import { satisfies, validRange } from "semver";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import { pointerStep } from "../task/json-file.ts";
import type { TaskVersion } from "./registry.ts";

/** The versions that there are of a task, by its label or uuid. */
export type FindVersions = (task: string) => readonly TaskVersion[];

/**
 * Returns a problem for each task that a version needs and no source has.
 * @param labels those that there are, for hints
 */
export function missingDependencies(
  { dependencies = [], label, origin }: TaskVersion,
  find: FindVersions,
  labels: () => readonly string[],
): Problem[] {
  return dependencies.flatMap(({ task, range }): Problem[] => {
    const problem = (message: string, remedy: string): Problem[] => [
      {
        severity: "error",
        file: `${origin}/metadata.json`,
        pointer: `/dependencies${pointerStep(task)}`,
        message,
        remedy,
      },
    ];
    if (validRange(range) === null) {
      const message = `The task ${label} needs ${JSON.stringify(task)} in the versions ${JSON.stringify(range)}, which is no range.`;
      return problem(message, 'Write a range such as "^1.2.0", ">=1.0.0 <3.0.0" or "*".');
    }
    const versions = find(task);
    if (versions.length === 0) {
      const near = nearest(task, labels());
      const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
      const message = `The task ${label} needs the task ${JSON.stringify(task)}, and no source has it.${hint}`;
      return problem(message, "Add it to a source of the registry, or remove it from the dependencies.");
    }
    if (versions.some(({ version }) => range.trim() === "*" || satisfies(version, range))) return [];
    const there = versions.map(({ version }) => version).join(", ");
    const message = `The task ${label} needs ${JSON.stringify(task)} in a version ${range}; the sources have ${there}.`;
    return problem(message, "Add such a version, or change the range.");
  });
}
