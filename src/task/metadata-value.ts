import { readText, type ValueForm } from "../config/value-form.ts";
import { nearest } from "../lib/nearest.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";

/**
 * Reads a number of metadata.json. A duration or size is a string with a unit, or a bare number of ms or bytes: in a
 * file, unlike on a command line, the schema defines the unit.
 */
export function readNumber(form: ValueForm, given: unknown): { value: number } | { problem: string; remedy: string } {
  const text = typeof given === "number" ? withUnit(form, given) : given;
  if (typeof text !== "string") {
    return { problem: "neither a string nor a number", remedy: 'Write a value such as "5s", "64MB" or 100.' };
  }
  if (typeof given === "string" && form.type === "integer") {
    return { problem: `"${given}" is a string`, remedy: "Write a number without quotes." };
  }
  const reading = readText(form, text);
  if ("problem" in reading) return reading;
  return typeof reading.value === "number"
    ? { value: reading.value }
    : { problem: "not a number", remedy: "Write a number." };
}

function withUnit(form: ValueForm, number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) return String(number);
  return `${number}${form.type === "duration" ? "ms" : form.type === "size" ? "B" : ""}`;
}

/** A member of a section of metadata.json that the section does not have. */
export interface UnknownMember {
  severity: JsonFinding["severity"];
  /** Field of metadata.json that contains it. */
  section: string;
  /** How messages call a member of that section. */
  what: string;
  name: string;
  /** Names of the members that the section has. */
  known: readonly string[];
}

/** Creates the finding for an unknown member. */
export function unknownMember({ severity, section, what, name, known }: UnknownMember): JsonFinding {
  const near = nearest(name, known);
  return {
    severity,
    pointer: `/${section}${pointerStep(name)}`,
    atName: true,
    message: `Unknown ${what} ${JSON.stringify(name)}${severity === "warning" ? "; it has no effect" : ""}.`,
    remedy: near === undefined ? `Use ${known.join(", ")}.` : `Write ${JSON.stringify(near)}.`,
  };
}
