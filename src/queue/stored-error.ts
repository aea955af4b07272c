import type { RatchetError } from "../domain/errors.ts";
import type { GuestError } from "../domain/guest-errors.ts";
import { GUEST_ERROR_TYPES } from "../domain/guest-errors.ts";
import type { StoredError } from "../domain/job.ts";
import type { JsonObject } from "../domain/json.ts";

/** A message or a stack is cut after this many characters: an error is to be read, not to fill the disk. */
const TEXT_LIMIT = 16_384;
/** Causes of causes are kept this deep. */
const CAUSE_LIMIT = 8;

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
  return {
    name: cut(guest.name),
    message: cut(guest.message),
    ...(guest.stack === undefined ? {} : { stack: cut(guest.stack) }),
    ...(guest.status === undefined ? {} : { status: guest.status }),
    ...(guest.retryAfterMs === undefined ? {} : { retryAfterMs: guest.retryAfterMs }),
    ...(guest.cause === undefined || depth >= CAUSE_LIMIT ? {} : { cause: storedGuest(guest.cause, depth + 1) }),
  };
}
