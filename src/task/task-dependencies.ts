import type { JsonValue } from "../domain/json.ts";
import type { TaskDependency } from "../domain/task.ts";
import { isObject } from "../lib/is-object.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";

/** Most tasks that one needs. */
const MAX_DEPENDENCIES = 1_000;
/** A label or a uuid. */
const TASK = /^[^\p{Cc}]{1,100}$/u;
/** What ranges of versions are written with; the registry reads them. */
const RANGE = /^[\w\s.*^~<>=|+-]{1,100}$/;

const REMEDY =
  'Write the labels of tasks with ranges of versions, such as {"check-stock": "^1.2.0", "fetch-price": "*"}.';

/**
 * Reads `dependencies` of metadata.json and adds problems to `findings`: an object with a range of versions for each task, or a list
 * of tasks, such as `["fetch-price", "check-stock@^1.2.0"]`.
 */
export function readDependencies(value: JsonValue, findings: JsonFinding[]): TaskDependency[] {
  const wrong = (pointer: string, message: string, atName = false) =>
    findings.push({ severity: "error", pointer: `/dependencies${pointer}`, atName, message, remedy: REMEDY });
  const read: TaskDependency[] = [];
  const given: [pointer: string, task: JsonValue, range: JsonValue][] = Array.isArray(value)
    ? value.map((one, index) => [`/${index}`, ...nameAndRange(one)])
    : isObject(value)
      ? Object.entries(value).map(([task, range]) => [pointerStep(task), task, range])
      : [];
  if (!Array.isArray(value) && !isObject(value)) wrong("", "Dependencies: neither an object nor a list.");
  if (given.length > MAX_DEPENDENCIES) wrong("", `Dependencies: more than ${MAX_DEPENDENCIES} tasks.`);
  for (const [pointer, task, range] of given.slice(0, MAX_DEPENDENCIES)) {
    const shown = JSON.stringify(task).slice(0, 100);
    if (typeof task !== "string" || !TASK.test(task))
      wrong(pointer, `Dependencies: ${shown} is not a label of a task.`, true);
    else if (typeof range !== "string" || !RANGE.test(range)) {
      wrong(pointer, `Dependencies: ${shown} has no range of versions.`);
    } else read.push({ task, range });
  }
  return read;
}

/** A label may have an @, but a range has none. */
function nameAndRange(given: JsonValue): [task: JsonValue, range: JsonValue] {
  if (typeof given !== "string") return [given, "*"];
  const at = given.lastIndexOf("@");
  return at <= 0 ? [given, "*"] : [given.slice(0, at), given.slice(at + 1)];
}
