import { lstatSync } from "node:fs";
import { RatchetError } from "../domain/errors.ts";

/** A path, and the label of a task in the collection there. */
export interface TaskSelector {
  path: string;
  label?: string;
}

/**
 * Splits `collection#label`. A path that exists as it is written has no label, whatever characters it contains.
 * @param label the label from elsewhere, such as `--task`
 * @throws {RatchetError} USAGE when there are two different labels
 * @example
 * ```ts
 * splitSelector("tasks#addition"); // => { path: "tasks", label: "addition" }
 * splitSelector("tasks", "weather"); // => { path: "tasks", label: "weather" }
 * ```
 */
export function splitSelector(given: string, label?: string): TaskSelector {
  const found = splitAtMark(given);
  if (label !== undefined && found.label !== undefined && found.label !== label) {
    throw new RatchetError("USAGE", `"${given}" selects the task "${found.label}", and --task "${label}".`, {
      remedy: "Select the task once.",
    });
  }
  return label === undefined ? found : { path: found.path, label };
}

function splitAtMark(given: string): TaskSelector {
  if (!given.includes("#") || exists(given)) return { path: given };
  // The path may contain the mark too, and so may the label.
  const marks = [...given.matchAll(/#/g)].map(({ index }) => index).filter((at) => at > 0 && at < given.length - 1);
  const mark = marks.findLast((at) => exists(given.slice(0, at))) ?? marks[0];
  return mark === undefined ? { path: given } : { path: given.slice(0, mark), label: given.slice(mark + 1) };
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
