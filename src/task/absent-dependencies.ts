import type { JsonValue } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskMetadata } from "../domain/task.ts";
import { nearest } from "../lib/nearest.ts";
import { decodeUtf8, type JsonFinding, locate, pointerStep } from "./json-file.ts";
import type { TaskFiles } from "./task-files.ts";
import type { KnownTasks } from "./workflow/check-calls.ts";

/**
 * Warns about dependencies that a collection does not have. That a server has none of them either is not known here.
 * @param tasks those of the collection
 */
export async function absentDependencies(
  files: TaskFiles,
  { dependencies = [] }: TaskMetadata,
  tasks: KnownTasks,
): Promise<Problem[]> {
  const labels = dependencies.length === 0 ? undefined : await tasks.labels?.();
  const bytes = labels === undefined ? undefined : await files.read("metadata.json");
  const text = bytes && decodeUtf8(bytes);
  if (text === undefined || labels === undefined) return [];
  const isList = Array.isArray((JSON.parse(text) as { dependencies?: JsonValue }).dependencies);
  const findings: JsonFinding[] = [];
  for (const [index, { task }] of dependencies.entries()) {
    if ((await tasks.find(task, undefined)) !== undefined) continue;
    const near = nearest(task, labels);
    findings.push({
      severity: "warning",
      pointer: `/dependencies${pointerStep(isList ? index : task)}`,
      atName: true,
      message: `The collection has no task ${JSON.stringify(task)}.`,
      remedy:
        near === undefined
          ? "A server serves this task only if one of its sources has that one."
          : `Write ${JSON.stringify(near)}, unless a server has the task from another source.`,
    });
  }
  return locate(files.name("metadata.json"), text, findings);
}
