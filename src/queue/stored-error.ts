import type { RatchetError } from "../domain/errors.ts";
import type { GuestError } from "../domain/guest-errors.ts";
import { GUEST_ERROR_LIMITS, GUEST_ERROR_TYPES } from "../domain/guest-errors.ts";
import type { StoredError } from "../domain/job.ts";
import type { JsonObject } from "../domain/json.ts";
import { defined } from "../lib/defined.ts";

/** Maximum length of a stored message or stack, characters. */
const TEXT_LIMIT = 16_384;

const cut = (text: string): string =>
  text.length <= TEXT_LIMIT ? text : `${text.slice(0, TEXT_LIMIT)}… (${text.length - TEXT_LIMIT} more characters)`;

/** Returns the public part of an error, as it is stored with jobs and executions. The private cause is left out. */
export function storedError({ code, message, remedy, data, guest }: RatchetError): StoredError {
  return defined({
    code,
    message: cut(message),
    remedy,
    data: Object.keys(data).length === 0 ? undefined : data,
    type: guest && cut(guest.name),
    guest: guest && storedGuest(guest, 0),
    status: guest && (guest.status ?? statusOf(guest.name)),
    attempts: guest?.attempts,
  });
}

function statusOf(name: string): number | undefined {
  return Object.hasOwn(GUEST_ERROR_TYPES, name)
    ? GUEST_ERROR_TYPES[name as keyof typeof GUEST_ERROR_TYPES].status
    : undefined;
}

function storedGuest(guest: GuestError, depth: number): JsonObject {
  const { name, message, classes, code, stack, status, attempts, retryAfterMs, data, call, step, cause, errors } =
    guest;
  const deeper = depth < GUEST_ERROR_LIMITS.maxDepth;
  return defined({
    name: cut(name),
    message: cut(message),
    classes: classes?.map(cut),
    code: code === undefined ? undefined : cut(code),
    stack: stack === undefined ? undefined : cut(stack),
    status,
    attempts,
    retryAfterMs,
    data,
    call: call && { ...call },
    step,
    cause: cause && deeper ? storedGuest(cause, depth + 1) : undefined,
    errors: deeper ? errors?.map((error) => storedGuest(error, depth + 1)) : undefined,
  });
}
