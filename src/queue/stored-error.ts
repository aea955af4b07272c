import type { RatchetError } from "../domain/errors.ts";
import type { GuestError } from "../domain/guest-errors.ts";
import { GUEST_ERROR_LIMITS, GUEST_ERROR_TYPES } from "../domain/guest-errors.ts";
import type { StoredError } from "../domain/job.ts";
import type { JsonObject } from "../domain/json.ts";

/** A message or a stack is cut after this many characters: an error is to be read, not to fill the disk. */
const TEXT_LIMIT = 16_384;

const cut = (text: string): string =>
  text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)}… (${text.length - TEXT_LIMIT} more characters)`;

/** The public part of an error, in the form that is kept with jobs and executions. The private cause is not in it. */
export function storedError(error: RatchetError): StoredError {
  const { guest } = error;
  const status = guest === undefined ? undefined : (guest.status ?? statusOf(guest.name));
  return {
    code: error.code,
    message: cut(error.message),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(Object.keys(error.data).length === 0 ? {} : { data: error.data }),
    ...(guest === undefined ? {} : { type: cut(guest.name), guest: storedGuest(guest, 0) }),
    ...(status === undefined ? {} : { status }),
  };
}

function statusOf(name: string): number | undefined {
  return Object.hasOwn(GUEST_ERROR_TYPES, name)
    ? GUEST_ERROR_TYPES[name as keyof typeof GUEST_ERROR_TYPES].status
    : undefined;
}

function storedGuest(guest: GuestError, depth: number): JsonObject {
  const { name, message, classes, code, stack, status, retryAfterMs, cause, errors } = guest;
  const deeper = depth < GUEST_ERROR_LIMITS.maxDepth;
  return {
    name: cut(name),
    message: cut(message),
    ...(classes === undefined ? {} : { classes: classes.map(cut) }),
    ...(code === undefined ? {} : { code: cut(code) }),
    ...(stack === undefined ? {} : { stack: cut(stack) }),
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined || !deeper ? {} : { cause: storedGuest(cause, depth + 1) }),
    ...(errors === undefined || !deeper ? {} : { errors: errors.map((error) => storedGuest(error, depth + 1)) }),
  };
}
