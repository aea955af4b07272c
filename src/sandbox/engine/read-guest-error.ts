import {
  GUEST_ERROR_LIMITS,
  GUEST_ERROR_TEXT,
  GUEST_TEXT_LIMITS,
  type GuestCall,
  type GuestError,
} from "../../domain/guest-errors.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";

/**
 * Reads an untrusted error from JSON. Members with the wrong type are omitted.
 * @returns undefined when the value is not an object
 */
export function readGuestError(value: unknown): GuestError | undefined {
  if (!isObject(value)) return undefined;
  return readError(value, 0, { errors: GUEST_ERROR_LIMITS.maxErrors, text: GUEST_ERROR_TEXT });
}

/** How much more may be read, in the whole tree. */
interface Room {
  errors: number;
  /** Characters. */
  text: number;
}

function readError(given: Record<string, unknown>, depth: number, room: Room): GuestError {
  room.errors -= 1;
  const take = (text: string) => {
    const taken = text.slice(0, room.text);
    room.text -= taken.length;
    return taken;
  };
  const { name, message, classes, stack, code, status, attempts, retryAfterMs, cause, errors } = given;
  const deeper = depth < GUEST_ERROR_LIMITS.maxDepth;
  const read: GuestError = {
    name: typeof name === "string" && name !== "" ? take(name) : "Error",
    message: typeof message === "string" ? take(message) : "",
  };
  if (Array.isArray(classes)) {
    const names = classes.filter((one) => typeof one === "string").slice(0, GUEST_ERROR_LIMITS.maxClasses);
    read.classes = names.map(take);
  }
  if (typeof stack === "string") read.stack = take(stack);
  if (typeof code === "string") read.code = take(code);
  if (typeof status === "number") read.status = status;
  if (Number.isSafeInteger(attempts) && Number(attempts) >= 0) read.attempts = Number(attempts);
  if (typeof retryAfterMs === "number" && retryAfterMs >= 0) read.retryAfterMs = retryAfterMs;
  readOrigin(read, given, room);
  if (isObject(cause) && deeper && room.errors > 0) read.cause = readError(cause, depth + 1, room);
  if (Array.isArray(errors) && deeper) read.errors = readMembers(errors, depth + 1, room);
  return read;
}

/** Reads what a caller gets of an error, and where it came from. */
function readOrigin(read: GuestError, { data, call, step }: Record<string, unknown>, room: Room): void {
  const object = (text: unknown) => {
    const value = typeof text === "string" && text.length <= room.text ? dataOf(text) : undefined;
    if (value !== undefined) room.text -= (text as string).length;
    return value;
  };
  const given = object(data);
  if (given !== undefined) read.data = given;
  const called = callOf(object(call));
  if (called !== undefined) read.call = called;
  if (typeof step !== "string" || step === "") return;
  read.step = step.slice(0, room.text);
  room.text -= read.step.length;
}

function callOf(call: JsonObject | undefined): GuestCall | undefined {
  if (typeof call?.task !== "string") return undefined;
  const { task, version, jobId, executionId } = call;
  const text = (value: JsonValue | undefined) => (typeof value === "string" ? value : undefined);
  return defined({ task, version: text(version), jobId: text(jobId), executionId: text(executionId) });
}

function dataOf(json: string): JsonObject | undefined {
  if (json.length > GUEST_TEXT_LIMITS.maxData) return undefined;
  try {
    const value = JSON.parse(json) as JsonValue;
    return isObject(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function readMembers(errors: readonly unknown[], depth: number, room: Room): GuestError[] {
  const members: GuestError[] = [];
  for (const error of errors) {
    if (room.errors <= 0) break;
    if (isObject(error)) members.push(readError(error, depth, room));
  }
  return members;
}
