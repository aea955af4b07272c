import type { ValueForm } from "../config/value-form.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { HIGHEST_MAX_RETRIES, type RetryPolicy } from "../domain/retry-policy.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";
import { readNumber, unknownMember } from "./metadata-value.ts";

/** Maximum number of error types. */
const MAX_TYPES = 100;
/** Values of `error.name`, and the codes of Ratchet's own errors. */
const ERROR_TYPE = /^[A-Za-z_$][\w$]{0,99}$/;

type Wrong = { problem: string; remedy: string };

/** Type of one member, and the field of the policy it sets. */
type RetryField =
  | { kind: "number"; form: ValueForm; to: "maxRetries" | "delayMs" | "maxDelayMs" }
  | { kind: "fraction"; min: number; max: number; to: "factor" | "jitter" }
  | { kind: "types"; to: "also" | "never" };

/** The members of `retry`. Keep docs/schemas/task-metadata.schema.json in step. */
const RETRY_FIELDS: Readonly<Record<string, RetryField>> = {
  maxRetries: { kind: "number", form: { type: "integer", min: 0, max: HIGHEST_MAX_RETRIES }, to: "maxRetries" },
  delay: { kind: "number", form: { type: "duration", min: 0 }, to: "delayMs" },
  maxDelay: { kind: "number", form: { type: "duration", min: 0 }, to: "maxDelayMs" },
  factor: { kind: "fraction", min: 1, max: 100, to: "factor" },
  jitter: { kind: "fraction", min: 0, max: 1, to: "jitter" },
  also: { kind: "types", to: "also" },
  never: { kind: "types", to: "never" },
};

/** Reads `retry` of metadata.json and adds problems to `findings`. */
export function readRetry(value: JsonObject, findings: JsonFinding[]): RetryPolicy {
  const policy: RetryPolicy = {};
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(RETRY_FIELDS, name) ? RETRY_FIELDS[name] : undefined;
    if (field === undefined) {
      const known = Object.keys(RETRY_FIELDS);
      findings.push(unknownMember({ severity: "warning", section: "retry", what: "member of retry", name, known }));
      continue;
    }
    const wrong = readField(field, given, policy);
    if (wrong === undefined) continue;
    const message = `Retry ${name}: ${wrong.problem}.`;
    findings.push({ severity: "error", pointer: `/retry${pointerStep(name)}`, message, remedy: wrong.remedy });
  }
  return policy;
}

function readField(field: RetryField, given: JsonValue, policy: RetryPolicy): Wrong | undefined {
  switch (field.kind) {
    case "number": {
      const reading = readNumber(field.form, given);
      if ("problem" in reading) return reading;
      policy[field.to] = reading.value;
      return undefined;
    }
    case "fraction": {
      const { min, max } = field;
      if (typeof given !== "number" || given < min || given > max) {
        return { problem: `not a number from ${min} to ${max}`, remedy: `Write a number from ${min} to ${max}.` };
      }
      policy[field.to] = given;
      return undefined;
    }
    case "types": {
      const remedy = 'Write a list of types or codes, such as ["NetworkError", "TIME_LIMIT"].';
      if (!Array.isArray(given)) return { problem: "not a list", remedy };
      if (given.length > MAX_TYPES) return { problem: `more than ${MAX_TYPES} types`, remedy };
      const names = given.filter((name) => typeof name === "string" && ERROR_TYPE.test(name));
      if (names.length < given.length) return { problem: "has an item that is not an error type", remedy };
      policy[field.to] = names as string[];
      return undefined;
    }
  }
}
