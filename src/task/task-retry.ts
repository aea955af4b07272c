import type { ValueForm } from "../config/value-form.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { HIGHEST_MAX_RETRIES, type RetryPolicy } from "../domain/retry-policy.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";
import { readNumber, unknownMember } from "./metadata-value.ts";

/** Longest list of error types. */
const MAX_TYPES = 100;
/** What `error.name` can be, and the codes of Ratchet's own errors. */
const ERROR_TYPE = /^[A-Za-z_$][\w$]{0,99}$/;

type Wrong = { problem: string; remedy: string };

const DELAY: ValueForm = { type: "duration", min: 0 };

/** The members of `retry`; docs/schemas/task-metadata.schema.json says the same. */
const RETRY_FIELDS: Readonly<Record<string, (given: JsonValue, policy: RetryPolicy) => Wrong | undefined>> = {
  maxRetries: number({ type: "integer", min: 0, max: HIGHEST_MAX_RETRIES }, "maxRetries"),
  delay: number(DELAY, "delayMs"),
  maxDelay: number(DELAY, "maxDelayMs"),
  factor: fraction(1, 100, "factor"),
  jitter: fraction(0, 1, "jitter"),
  also: types("also"),
  never: types("never"),
};

/** Reads `retry` of metadata.json; what is wrong goes to `findings`. */
export function readRetry(value: JsonObject, findings: JsonFinding[]): RetryPolicy {
  const policy: RetryPolicy = {};
  for (const [name, given] of Object.entries(value)) {
    const read = Object.hasOwn(RETRY_FIELDS, name) ? RETRY_FIELDS[name] : undefined;
    if (read === undefined) {
      findings.push(unknownMember("warning", "retry", "member of retry", name, Object.keys(RETRY_FIELDS)));
      continue;
    }
    const wrong = read(given, policy);
    if (wrong === undefined) continue;
    const { problem, remedy } = wrong;
    findings.push({
      severity: "error",
      pointer: `/retry${pointerStep(name)}`,
      message: `Retry ${name}: ${problem}.`,
      remedy,
    });
  }
  return policy;
}

function number(form: ValueForm, field: "maxRetries" | "delayMs" | "maxDelayMs") {
  return (given: JsonValue, policy: RetryPolicy): Wrong | undefined => {
    const reading = readNumber(form, given);
    if ("problem" in reading) return reading;
    policy[field] = reading.value;
    return undefined;
  };
}

function fraction(min: number, max: number, field: "factor" | "jitter") {
  return (given: JsonValue, policy: RetryPolicy): Wrong | undefined => {
    if (typeof given !== "number" || given < min || given > max) {
      return { problem: `not a number from ${min} to ${max}`, remedy: `Write a number from ${min} to ${max}.` };
    }
    policy[field] = given;
    return undefined;
  };
}

function types(field: "also" | "never") {
  return (given: JsonValue, policy: RetryPolicy): Wrong | undefined => {
    const remedy = 'Write a list of types or codes, such as ["NetworkError", "TIME_LIMIT"].';
    if (!Array.isArray(given)) return { problem: "not a list", remedy };
    if (given.length > MAX_TYPES) return { problem: `more than ${MAX_TYPES} types`, remedy };
    const names = given.filter((name) => typeof name === "string" && ERROR_TYPE.test(name));
    if (names.length < given.length) return { problem: "has an item that is no type of error", remedy };
    policy[field] = names as string[];
    return undefined;
  };
}
