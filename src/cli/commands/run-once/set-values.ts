import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../../../lib/json-text.ts";
import { readTextFile } from "./input.ts";

/**
 * Applies `--set` options to an input.
 * @param assignments `key=value`, `a.b=value`, `key=@file`
 * @throws {RatchetError} USAGE, INPUT_UNREADABLE
 */
export function setValues(input: JsonValue, assignments: readonly string[]): JsonValue {
  if (assignments.length === 0) return input;
  checkFileNames(assignments);
  if (!isObject(input)) {
    throw new RatchetError("USAGE", "run-once: --set needs an input that is an object.", {
      remedy: "Leave --set out, or give an object as the input.",
    });
  }
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    if (equals < 1) {
      throw new RatchetError("USAGE", `run-once: --set "${assignment}" is no assignment.`, {
        remedy: "Write --set key=value.",
      });
    }
    setValue(input, assignment.slice(0, equals), readValue(assignment.slice(equals + 1)));
  }
  return input;
}

/**
 * Checks that standard input is used only once, because a second reader would find nothing.
 * @throws {RatchetError} USAGE
 */
export function checkStandardInput(inputFile: string | undefined, assignments: readonly string[]): void {
  const readers = assignments.filter((assignment) => assignment.slice(assignment.indexOf("=") + 1) === "@-");
  const wanted = readers.map((assignment) => `--set ${assignment}`);
  if (inputFile === "-") wanted.unshift("--input-file -");
  if (wanted.length < 2) return;
  throw new RatchetError(
    "USAGE",
    `run-once: standard input is asked for ${wanted.length} times: ${wanted.join(", ")}.`,
    {
      remedy: "It can be read only once: put the other values into files.",
    },
  );
}

function checkFileNames(assignments: readonly string[]): void {
  const unnamed = assignments.find((assignment) => assignment.slice(assignment.indexOf("=") + 1) === "@");
  if (unnamed === undefined) return;
  throw new RatchetError("USAGE", `run-once: --set ${unnamed} does not name a file.`, {
    remedy: `Write --set ${unnamed}FILE to take the value from a file, or --set '${unnamed.replace("@", '"@"')}' for the text @.`,
  });
}

function setValue(root: JsonObject, path: string, value: JsonValue): void {
  // A dot inside a name is written `\.`.
  const names = path.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));
  const wrong = (message: string, remedy: string) =>
    new RatchetError("USAGE", `run-once: --set ${path}: ${message}.`, { remedy });
  if (names.includes("")) throw wrong("a part of the name is empty", "Write a.b=value; a dot in a name is written \\.");
  let target: JsonObject | JsonValue[] = root;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    if (Array.isArray(target) && !(/^\d{1,6}$/.test(name) && Number(name) <= target.length)) {
      throw wrong(`"${name}" is no place in a list of ${target.length}`, "Write the place as a number from 0.");
    }
    const held: JsonValue | undefined = Object.hasOwn(target, name) ? (target as JsonObject)[name] : undefined;
    if (last) {
      define(target, name, value);
      return;
    }
    if (held !== undefined && !isObject(held) && !Array.isArray(held)) {
      throw wrong(`"${names.slice(0, index + 1).join(".")}" is already a plain value`, "Set one or the other.");
    }
    const next: JsonObject | JsonValue[] = held ?? {};
    if (held === undefined) define(target, name, next);
    target = next;
  }
}

/** Sets an own property, even for a name like `__proto__`. */
function define(target: JsonObject | JsonValue[], name: string, value: JsonValue): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function readValue(text: string): JsonValue {
  // The last line feed of a file is not part of the value, as in a shell's $(cat FILE).
  const content = text.startsWith("@") ? readTextFile(text.slice(1)).replace(/\r?\n$/, "") : text;
  let value: JsonValue;
  try {
    value = JSON.parse(content) as JsonValue;
  } catch {
    return content;
  }
  // An integer that would lose digits is treated as a text.
  if (typeof value === "number" && /^-?\d+$/.test(content) && !Number.isSafeInteger(value)) return content;
  return findJsonFault(content, MAX_JSON_DEPTH) === undefined ? value : content;
}
