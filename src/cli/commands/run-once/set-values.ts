import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { findJsonFault, MAX_JSON_DEPTH } from "../../../lib/json-text.ts";
import { readBytes, readTextFile } from "./input.ts";

/** Before the name of a file whose bytes become a text in base64. */
const BASE64_FILE = "@base64:";

/**
 * Applies `--set` options to an input.
 * @param assignments `key=value`, `a.b=value`, `key=@file`, `key=@base64:file`
 * @param command its name in messages
 * @throws {RatchetError} USAGE, INPUT_UNREADABLE
 */
export function setValues(input: JsonValue, assignments: readonly string[], command = "run-once"): JsonValue {
  if (assignments.length === 0) return input;
  const read = readAssignments(assignments, command);
  if (!isObject(input)) {
    throw new RatchetError("USAGE", `${command}: --set needs an input that is an object.`, {
      remedy: "Leave --set out, or give an object as the input.",
    });
  }
  for (const { names, value, shown } of read) setAt(input, names, value, { shown });
  return input;
}

/** A `--set` option after its value was read. */
export interface Assignment {
  names: readonly string[];
  value: JsonValue;
  /** What it is called in messages. */
  shown: string;
}

/**
 * Reads the values of `--set` options.
 * @throws {RatchetError} USAGE, INPUT_UNREADABLE
 */
export function readAssignments(assignments: readonly string[], command = "run-once"): Assignment[] {
  checkFileNames(assignments, command);
  return assignments.map((assignment) => {
    const equals = assignment.indexOf("=");
    if (equals < 1) {
      throw new RatchetError("USAGE", `${command}: --set "${assignment}" is no assignment.`, {
        remedy: "Write --set key=value.",
      });
    }
    const path = assignment.slice(0, equals);
    const value = readValue(assignment.slice(equals + 1));
    return { names: splitName(path), value, shown: `${command}: --set ${path}` };
  });
}

/** The options that can read standard input. */
export interface StandardInputReaders {
  "from-fs": string;
  input: string | undefined;
  "input-file": string | undefined;
  set: readonly string[];
  secret: readonly string[];
  "env-file": string | undefined;
}

/**
 * Checks that standard input is used only once, because a second reader would find nothing.
 * @param inputFile what asks for the input from standard input
 * @throws {RatchetError} USAGE
 */
export function checkStandardInput(
  options: StandardInputReaders,
  command = "run-once",
  inputFile = "--input-file -",
): void {
  const wanted: string[] = [];
  if (options["from-fs"] === "-") wanted.push("the program");
  if (options.input === "@-") wanted.push("--input @-");
  if (options["input-file"] === "-") wanted.push(inputFile);
  for (const assignment of options.set) {
    const value = assignment.slice(assignment.indexOf("=") + 1);
    if (value === "@-" || value === `${BASE64_FILE}-`) wanted.push(`--set ${assignment}`);
  }
  if (options["env-file"] === "-") wanted.push("--env-file -");
  wanted.push(...options.secret.filter((one) => one.endsWith("=@-")).map((one) => `--secret ${one}`));
  if (wanted.length < 2) return;
  throw new RatchetError(
    "USAGE",
    `${command}: standard input is asked for ${wanted.length} times: ${wanted.join(", ")}.`,
    {
      remedy: "It can be read only once: put the other values into files.",
    },
  );
}

function checkFileNames(assignments: readonly string[], command: string): void {
  const unnamed = assignments.find((assignment) =>
    ["@", BASE64_FILE].includes(assignment.slice(assignment.indexOf("=") + 1)),
  );
  if (unnamed === undefined) return;
  throw new RatchetError("USAGE", `${command}: --set ${unnamed} does not name a file.`, {
    remedy: `Write --set ${unnamed}FILE to take the value from a file, or --set '${unnamed.replace(/@.*/, '"$&"')}' for the text itself.`,
  });
}

/** Splits a name at its dots. A dot that belongs to a name is written `\.`. */
export function splitName(name: string): string[] {
  return name.split(/(?<!\\)\./).map((part) => part.replaceAll("\\.", "."));
}

/** How a value is set. */
export interface Setting {
  /** What the value is called in messages. */
  shown: string;
  /** Tells whether a value on the way that is missing becomes a list. @default it becomes an object */
  isList?: (names: readonly string[]) => boolean;
}

/**
 * Sets a value inside an object, and creates the objects on the way.
 * @param names lead to the value; in a list the name is a place
 * @throws {RatchetError} USAGE
 */
export function setAt(
  root: JsonObject,
  names: readonly string[],
  value: JsonValue,
  { shown, isList = () => false }: Setting,
): void {
  const wrong = (message: string, remedy: string) => new RatchetError("USAGE", `${shown}: ${message}.`, { remedy });
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
    const next: JsonObject | JsonValue[] = held ?? (isList(names.slice(0, index + 1)) ? [] : {});
    if (held === undefined) define(target, name, next);
    target = next;
  }
}

/** Sets an own property, even for a name like `__proto__`. */
function define(target: JsonObject | JsonValue[], name: string, value: JsonValue): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

function readValue(text: string): JsonValue {
  if (text.startsWith(BASE64_FILE)) return readBytes(text.slice(BASE64_FILE.length)).toString("base64");
  // The last line feed of a file is not part of the value, as in a shell's $(cat FILE).
  return jsonOrText(text.startsWith("@") ? readTextFile(text.slice(1)).replace(/\r?\n$/, "") : text);
}

/** Returns the value of a text that is JSON, such as 5, true or [1], and the text itself otherwise. */
export function jsonOrText(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
  // An integer that would lose digits is treated as a text.
  if (typeof value === "number" && /^-?\d+$/.test(text) && !Number.isSafeInteger(value)) return text;
  return findJsonFault(text, MAX_JSON_DEPTH) === undefined ? value : text;
}
