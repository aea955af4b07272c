import type { ValueForm } from "../config/value-form.ts";
import { readText } from "../config/value-form.ts";
import type { JsonObject } from "../domain/json.ts";
import type { ExecutionLimits } from "../domain/limits.ts";
import { nearest } from "../lib/nearest.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";

const MEGABYTE = 1024 * 1024;

/**
 * The members of `limits` in metadata.json. A duration or size may also be a number: ms or bytes. The bounds keep out
 * what no engine can do; docs/schemas/task-metadata.schema.json says the same.
 */
export const LIMIT_FIELDS = {
  time: { limit: "timeMs", form: { type: "duration", min: 1 } },
  memory: { limit: "memoryBytes", form: { type: "size", min: 4 * MEGABYTE, max: 2048 * MEGABYTE } },
  stack: { limit: "stackBytes", form: { type: "size", min: 16 * 1024, max: 4 * MEGABYTE } },
  output: { limit: "outputBytes", form: { type: "size", min: 1, max: 1024 * MEGABYTE } },
  logs: { limit: "logBytes", form: { type: "size", min: 0, max: 1024 * MEGABYTE } },
  fetches: { limit: "fetchCount", form: { type: "integer", min: 0, max: 1_000_000 } },
  fetchResponse: { limit: "fetchResponseBytes", form: { type: "size", min: 0, max: 1024 * MEGABYTE } },
  fetchTotal: { limit: "fetchTotalBytes", form: { type: "size", min: 0, max: 1024 * MEGABYTE } },
} as const satisfies Record<string, { limit: keyof ExecutionLimits; form: ValueForm }>;

/** Reads `limits` of metadata.json; what is wrong goes to `findings`. */
export function readLimits(value: JsonObject, findings: JsonFinding[]): Partial<ExecutionLimits> {
  const limits: Partial<ExecutionLimits> = {};
  for (const [name, given] of Object.entries(value)) {
    const pointer = `/limits${pointerStep(name)}`;
    if (!isLimitName(name)) {
      const near = nearest(name, Object.keys(LIMIT_FIELDS));
      findings.push({
        severity: "warning",
        pointer,
        atName: true,
        message: `Unknown limit ${JSON.stringify(name)}; it has no effect.`,
        remedy: near === undefined ? `Use ${Object.keys(LIMIT_FIELDS).join(", ")}.` : `Write ${JSON.stringify(near)}.`,
      });
      continue;
    }
    const { limit, form } = LIMIT_FIELDS[name];
    const reading = readLimit(form, given);
    if ("problem" in reading) {
      findings.push({
        severity: "error",
        pointer,
        message: `Limit ${name}: ${reading.problem}.`,
        remedy: reading.remedy,
      });
    } else {
      limits[limit] = reading.value;
    }
  }
  return limits;
}

function isLimitName(name: string): name is keyof typeof LIMIT_FIELDS {
  return Object.hasOwn(LIMIT_FIELDS, name);
}

function readLimit(form: ValueForm, given: unknown): { value: number } | { problem: string; remedy: string } {
  const text = typeof given === "number" ? withUnit(form, given) : given;
  if (typeof text !== "string") {
    return { problem: "neither a text nor a number", remedy: 'Write a value such as "5s", "64MB" or 100.' };
  }
  if (typeof given === "string" && form.type === "integer") {
    return { problem: `"${given}" is a text`, remedy: "Write a number without quotes." };
  }
  const reading = readText(form, text);
  if ("problem" in reading) return reading;
  return typeof reading.value === "number"
    ? { value: reading.value }
    : { problem: "not a number", remedy: "Write a number." };
}

/** A bare number is ms or bytes: in a file, unlike on a command line, the schema says which. */
function withUnit(form: ValueForm, number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) return String(number);
  return `${number}${form.type === "duration" ? "ms" : form.type === "size" ? "B" : ""}`;
}
