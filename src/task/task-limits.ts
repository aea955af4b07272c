import type { ValueForm } from "../config/value-form.ts";
import type { JsonObject } from "../domain/json.ts";
import { type ExecutionLimits, MAX_MEMORY_BYTES } from "../domain/limits.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";
import { readNumber, unknownMember } from "./metadata-value.ts";

const MEGABYTE = 1024 * 1024;

/**
 * The members of `limits` in metadata.json. A duration or size may also be a number of ms or bytes. The bounds exclude
 * values that no engine supports. Keep docs/schemas/task-metadata.schema.json in step.
 */
export const LIMIT_FIELDS = {
  time: { limit: "timeMs", form: { type: "duration", min: 1 } },
  cleanup: { limit: "cleanupMs", form: { type: "duration", min: 1 } },
  memory: { limit: "memoryBytes", form: { type: "size", min: 4 * MEGABYTE, max: MAX_MEMORY_BYTES } },
  stack: { limit: "stackBytes", form: { type: "size", min: 16 * 1024, max: 4 * MEGABYTE } },
  output: { limit: "outputBytes", form: { type: "size", min: 1, max: 1024 * MEGABYTE } },
  logs: { limit: "logBytes", form: { type: "size", min: 0, max: 1024 * MEGABYTE } },
  fetches: { limit: "fetchCount", form: { type: "integer", min: 0, max: 1_000_000 } },
  fetchResponse: { limit: "fetchResponseBytes", form: { type: "size", min: 0, max: 1024 * MEGABYTE } },
  fetchTotal: { limit: "fetchTotalBytes", form: { type: "size", min: 0, max: 1024 * MEGABYTE } },
} as const satisfies Record<string, { limit: keyof ExecutionLimits; form: ValueForm }>;

/** Reads `limits` of metadata.json and adds problems to `findings`. */
export function readLimits(value: JsonObject, findings: JsonFinding[]): Partial<ExecutionLimits> {
  const limits: Partial<ExecutionLimits> = {};
  for (const [name, given] of Object.entries(value)) {
    if (!isLimitName(name)) {
      const known = Object.keys(LIMIT_FIELDS);
      findings.push(unknownMember({ severity: "warning", section: "limits", what: "limit", name, known }));
      continue;
    }
    const { limit, form } = LIMIT_FIELDS[name];
    const reading = readNumber(form, given);
    if ("problem" in reading) {
      const { problem, remedy } = reading;
      const pointer = `/limits${pointerStep(name)}`;
      findings.push({ severity: "error", pointer, message: `Limit ${name}: ${problem}.`, remedy });
    } else {
      limits[limit] = reading.value;
    }
  }
  return limits;
}

function isLimitName(name: string): name is keyof typeof LIMIT_FIELDS {
  return Object.hasOwn(LIMIT_FIELDS, name);
}
