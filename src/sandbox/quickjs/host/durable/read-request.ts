import {
  DURABLE_LIMITS,
  type DurableError,
  type DurableRequest,
  type DurableResult,
  type StepRequest,
} from "../../../../domain/durable.ts";
import type { JsonObject, JsonValue } from "../../../../domain/json.ts";
import type { RetryPolicy } from "../../../../domain/retry-policy.ts";
import { isObject } from "../../../../lib/is-object.ts";

/** The longest name, title or label, characters. */
const MAX_NAME = 1_000;
/** Who may decide an approval: the most entries. */
const MAX_WHO = 1_000;

/** A guest's text that is not what the guest API would send. The task may have changed what the guest API works with. */
export class Unreadable extends Error {}

/** Returns what is wrong with a text of the guest. @throws any other error as it is */
export function problemOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message;
  throw error;
}

type Members = Record<string, unknown>;

/** Rebuilds the request of an operation from a guest's JSON. @throws {Unreadable} */
export function readRequest(json: string): Exclude<DurableRequest, StepRequest> {
  const given = membersOf(json);
  const common = requested(given);
  switch (given.kind) {
    case "sleep":
      return { kind: "sleep", until: number(given, "until", -8.64e15, 8.64e15), ...common };
    case "call":
      return {
        ...{ kind: "call", ...task(given), input: text(given, "input") },
        ...optional(given, "key", name),
        ...(given.detached === true && { detached: true }),
        ...(given.readers !== undefined && { readers: number(given, "readers", 1, DURABLE_LIMITS.operations) }),
        ...optional(given, "rows", name),
        ...common,
      };
    case "map":
      return {
        ...{ kind: "map", ...task(given), inputs: texts(given.inputs, DURABLE_LIMITS.fanOut, "inputs") },
        concurrency: number(given, "concurrency", 1, DURABLE_LIMITS.fanOut),
        onError: given.onError === "continue" ? "continue" : "fail",
        ...common,
      };
    case "wait":
      return { kind: "wait", name: name(given, "name"), ...schema(given), ...timeout(given), ...common };
    case "approve":
      return {
        ...{ kind: "approve", title: name(given, "title"), ...schema(given) },
        ...(given.who !== undefined && { who: texts(given.who, MAX_WHO, "who") }),
        ...timeout(given),
        onTimeout: given.onTimeout === "approve" || given.onTimeout === "fail" ? given.onTimeout : "reject",
        ...common,
      };
    case "emit":
      return { kind: "emit", name: name(given, "name"), value: text(given, "value"), ...common };
    default:
      throw new Unreadable("there is no such operation");
  }
}

/** Rebuilds the request of a step. @throws {Unreadable} */
export function readStep(json: string): StepRequest {
  const given = membersOf(json);
  // One too many is refused for the number of operations.
  const occurrence = number(given, "occurrence", 1, DURABLE_LIMITS.operations + 1);
  return { kind: "step", name: name(given, "name"), occurrence, ...requested(given) };
}

/** Rebuilds what the function of a step came to. @throws {Unreadable} */
export function readResult(json: string): DurableResult {
  const given = membersOf(json);
  if (given.ok === true) return { ok: true, ...(typeof given.json === "string" && { json: given.json }) };
  return { ok: false, error: readError(given.error) };
}

/** Rebuilds an error. Members with the wrong type are left out. */
export function readError(value: unknown): DurableError {
  const given = isObject(value) ? value : {};
  const error: DurableError = {
    name: typeof given.name === "string" && given.name !== "" ? given.name : "Error",
    message: typeof given.message === "string" ? given.message : "",
  };
  if (typeof given.code === "string") error.code = given.code;
  if (isObject(given.data)) error.data = given.data as JsonObject;
  if (typeof given.status === "number") error.status = given.status;
  if (isObject(given.call) && typeof given.call.task === "string") {
    error.call = { task: given.call.task };
    for (const key of ["version", "jobId", "executionId"] as const) {
      const member = given.call[key];
      if (typeof member === "string") error.call[key] = member;
    }
  }
  return error;
}

function membersOf(json: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw new Unreadable("the operation can't be read");
  return value;
}

function requested(given: Members): { label?: string; undoes?: number } {
  return {
    ...optional(given, "label", name),
    ...(given.undoes !== undefined && { undoes: number(given, "undoes", 1, DURABLE_LIMITS.operations) }),
  };
}

function task(given: Members) {
  return {
    ...{ task: name(given, "task"), ...optional(given, "version", name), ...timeout(given) },
    ...(isObject(given.retry) && { retry: retry(given.retry) }),
  };
}

function retry(given: Members): RetryPolicy {
  const policy: RetryPolicy = {};
  for (const key of ["maxRetries", "delayMs", "factor", "maxDelayMs", "jitter"] as const) {
    if (given[key] !== undefined) policy[key] = number(given, key, 0, DURABLE_LIMITS.waitMs);
  }
  for (const key of ["also", "never"] as const) {
    if (given[key] !== undefined) policy[key] = texts(given[key], 100, key);
  }
  return policy;
}

function timeout(given: Members): { timeoutMs?: number } {
  return given.timeoutMs === undefined ? {} : { timeoutMs: number(given, "timeoutMs", 0, DURABLE_LIMITS.waitMs) };
}

function schema(given: Members): { schema?: JsonValue } {
  return given.schema === undefined ? {} : { schema: given.schema as JsonValue };
}

function optional<Key extends string>(
  given: Members,
  key: Key,
  read: (given: Members, key: string) => string,
): Partial<Record<Key, string>> {
  return given[key] === undefined ? {} : ({ [key]: read(given, key) } as Record<Key, string>);
}

function name(given: Members, key: string): string {
  const value = text(given, key);
  if (value === "" || value.length > MAX_NAME) throw new Unreadable(`${key} has to have 1 to ${MAX_NAME} characters`);
  return value;
}

function text(given: Members, key: string): string {
  const value = given[key];
  if (typeof value !== "string") throw new Unreadable(`${key} is not a text`);
  return value;
}

function texts(value: unknown, most: number, key: string): string[] {
  if (!Array.isArray(value) || value.length > most)
    throw new Unreadable(`${key} is not a list of at most ${most} texts`);
  if (!value.every((item) => typeof item === "string")) throw new Unreadable(`${key} is not a list of texts`);
  return value as string[];
}

function number(given: Members, key: string, least: number, most: number): number {
  const value = given[key];
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new Unreadable(`${key} is not a number from ${least} to ${most}`);
}
