import { GUEST_ERROR_LIMITS, type GuestError } from "../../domain/guest-errors.ts";
import { isObject } from "../../lib/is-object.ts";

/**
 * Reads an untrusted error from JSON. Members with the wrong type are omitted.
 * @returns undefined when the value is not an object
 */
export function readGuestError(value: unknown): GuestError | undefined {
  return isObject(value) ? readError(value, 0, { errors: GUEST_ERROR_LIMITS.maxErrors }) : undefined;
}

/** @param room how many more errors may be read, in the whole tree */
function readError(given: Record<string, unknown>, depth: number, room: { errors: number }): GuestError {
  room.errors -= 1;
  const { name, message, classes, stack, code, status, retryAfterMs, cause, errors } = given;
  const deeper = depth < GUEST_ERROR_LIMITS.maxDepth;
  const read: GuestError = {
    name: typeof name === "string" && name !== "" ? name : "Error",
    message: typeof message === "string" ? message : "",
  };
  if (Array.isArray(classes)) {
    read.classes = classes.filter((one) => typeof one === "string").slice(0, GUEST_ERROR_LIMITS.maxClasses);
  }
  if (typeof stack === "string") read.stack = stack;
  if (typeof code === "string") read.code = code;
  if (typeof status === "number") read.status = status;
  if (typeof retryAfterMs === "number" && retryAfterMs >= 0) read.retryAfterMs = retryAfterMs;
  if (isObject(cause) && deeper && room.errors > 0) read.cause = readError(cause, depth + 1, room);
  if (Array.isArray(errors) && deeper) read.errors = readMembers(errors, depth + 1, room);
  return read;
}

function readMembers(errors: readonly unknown[], depth: number, room: { errors: number }): GuestError[] {
  const members: GuestError[] = [];
  for (const error of errors) {
    if (room.errors <= 0) break;
    if (isObject(error)) members.push(readError(error, depth, room));
  }
  return members;
}
