import type { JsonObject, JsonValue } from "../domain/json.ts";
import { DURATION_FORMS, formatBound, formatDuration, parseDuration } from "../lib/duration.ts";
import { formatSize, parseSize, SIZE_FORMS } from "../lib/size.ts";

/** The form of a configuration or command-line value: its notation and its bounds. */
export type ValueForm =
  /** Written as {@link parseDuration} reads it; read as ms. */
  | { type: "duration"; min?: number; max?: number }
  /** Written as {@link parseSize} reads it; read as bytes. */
  | { type: "size"; min?: number; max?: number }
  | { type: "integer"; min?: number; max?: number }
  | { type: "boolean" }
  | { type: "choice"; choices: readonly string[] }
  /** `check` returns what is wrong with a string, or `undefined`. `show` returns what may be printed of it: not a password. */
  | { type: "string"; check?: (text: string) => string | undefined; show?: (text: string) => string };

/** A structured value that is read as a whole. In a variable it is JSON. */
export interface StructureForm {
  type: "structure";
  /** `read` also accepts a text, so that a variable need not be JSON. @default false */
  isText?: boolean;
  read: (value: unknown) => StructureReading<unknown>;
  /** Converts a variable that is not JSON to what `read` accepts. @default such a variable is an error */
  split?: (text: string) => unknown;
  /** Converts the value to the form that `read` accepts and files contain. */
  write: (value: object) => JsonValue;
  /** JSON Schema of the value. */
  schema: JsonObject;
}

/** The form of a configuration key's value. */
export type SettingForm = ValueForm | StructureForm;

/** A structure that was read, or all its problems. */
export type StructureReading<T> = { value: T } | { problems: StructureProblem[] };

/** A problem inside a structure. */
export interface StructureProblem {
  /** Keys and indexes that lead there. */
  path: (string | number)[];
  message: string;
  remedy: string;
}

/** Type of a value with form `F`: ms for a duration, bytes for a size. */
export type ValueOf<F extends SettingForm> = F extends { type: "duration" | "size" | "integer" }
  ? number
  : F extends { type: "boolean" }
    ? boolean
    : F extends { type: "choice"; choices: readonly (infer C)[] }
      ? C
      : F extends { type: "structure"; read: (value: unknown) => StructureReading<infer T> }
        ? T
        : string;

/** Any value that a key can have. */
export type ConfigValue = string | number | boolean | object;

/** A value that was read, or what is wrong with it and what to write instead. */
export type Reading = { value: string | number | boolean } | { problem: string; remedy: string };

/** The longest duration, ms: the most whole hours that a timer can wait (2^31 - 1 ms). Messages show it. */
export const LONGEST_DURATION_MS = 596 * 3_600_000;

/** Reads a value from text: an environment variable or the argument of an option. */
export function readText(form: ValueForm, text: string): Reading {
  switch (form.type) {
    case "duration": {
      const ms = parseDuration(text);
      if (ms === undefined) return wrong(text, "is not a duration", `Write ${DURATION_FORMS}.`);
      return within(text, ms, { min: form.min ?? 1, max: form.max ?? LONGEST_DURATION_MS, show: formatBound });
    }
    case "size": {
      const bytes = parseSize(text);
      if (bytes === undefined) return wrong(text, "is not a size", `Write ${SIZE_FORMS}.`);
      return within(text, bytes, { min: form.min ?? 1, max: form.max ?? Number.MAX_SAFE_INTEGER, show: formatSize });
    }
    case "integer":
      if (!/^[+-]?\d{1,15}$/.test(text)) return wrong(text, "is not a whole number", "Write digits only, such as 8.");
      return within(text, Number(text), { min: form.min ?? 0, max: form.max ?? Number.MAX_SAFE_INTEGER, show: String });
    case "boolean":
      if (text === "true" || text === "1") return { value: true };
      if (text === "false" || text === "0") return { value: false };
      return wrong(text, "is neither true nor false", "Write true or false.");
    case "choice":
      if (form.choices.includes(text)) return { value: text };
      return wrong(text, "is not one of the choices", `Write one of ${form.choices.join(", ")}.`);
    case "string": {
      const problem = form.check?.(text);
      return problem === undefined ? { value: text } : wrong(form.show?.(text) ?? text, problem, "Correct the value.");
    }
  }
}

/** Reads a value from a YAML or JSON file. */
export function readScalar(form: ValueForm, value: unknown): Reading {
  if (form.type === "boolean") {
    if (typeof value === "boolean") return { value };
    const subject = typeof value === "string" ? `the string ${quoted(value)}` : nameOf(value);
    return { problem: `${subject} is neither true nor false`, remedy: "Write true or false, without quotes." };
  }
  if (typeof value === "string") return readText(form, value);
  // A number in place of a duration or size gets the message about the missing unit.
  if (typeof value === "number" && form.type !== "string" && form.type !== "choice")
    return readText(form, String(value));
  return { problem: `${nameOf(value)} is not a string`, remedy: "Put the value in quotes." };
}

/** Formats a value the way users write it. */
export function formatValue(form: SettingForm, value: ConfigValue): string {
  if (form.type === "structure") return JSON.stringify(typeof value === "object" ? form.write(value) : value);
  if (form.type === "duration" && typeof value === "number") return formatDuration(value);
  if (form.type === "size" && typeof value === "number") return formatSize(value);
  const text = String(value);
  return form.type === "string" ? (form.show?.(text) ?? text) : text;
}

/** The values that a form allows, and how they are written. */
interface Range {
  min: number;
  max: number;
  show: (value: number) => string;
}

function within(text: string, value: number, { min, max, show }: Range): Reading {
  if (value < min) return wrong(text, `is less than ${show(min)}`, `The smallest value is ${show(min)}.`);
  if (value > max) return wrong(text, `is more than ${show(max)}`, `The largest value is ${show(max)}.`);
  return { value };
}

function wrong(text: string, what: string, remedy: string): Reading {
  return { problem: `${quoted(text)} ${what}`, remedy };
}

function quoted(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 60)}...` : text}"`;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "a section" : String(value);
}
