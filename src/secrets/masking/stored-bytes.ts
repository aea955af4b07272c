import { finishSteps, replaceInJson, replaceInText } from "./replace-secrets.ts";
import { containsStart, STAND_IN_START } from "./stand-in-start.ts";
import { type Protection, type Restoring, restored, standIns } from "./stored-input.ts";

/**
 * Replaces the secrets in bytes that will be stored, such as the body of a request: JSON, or any other text.
 * {@link restoreBytes} puts them back.
 */
export function protectBytes(protection: Protection, bytes: Uint8Array): Uint8Array {
  const before = latin1(bytes);
  const { search } = protection;
  const replacement = standIns(protection, "latin1");
  const after = isJson(bytes)
    ? finishSteps(replaceInJson(search, before, replacement))
    : replaceInText(search, before, replacement);
  return after === before ? bytes : fromLatin1(after);
}

/** Puts the secrets back. @throws {RatchetError} CONFIG_INVALID if the key that they were encrypted with is lost */
export function restoreBytes(restoring: Restoring, bytes: Uint8Array): Uint8Array {
  return bytesHaveStandIn(bytes) ? fromLatin1(restored(restoring, latin1(bytes), "latin1")) : bytes;
}

/** Returns true if bytes have the stand-in of a secret, also with escapes of JSON. */
export function bytesHaveStandIn(bytes: Uint8Array): boolean {
  return containsStart(latin1(bytes));
}

/** Replaces the secrets in a text that will be stored, such as the value of a header. */
export function protectText(protection: Protection, text: string): string {
  return replaceInText(protection.search, text, standIns(protection, "utf8"));
}

/** Puts the secrets back. @throws {RatchetError} CONFIG_INVALID if the key that they were encrypted with is lost */
export function restoreText(restoring: Restoring, text: string): string {
  return text.includes(STAND_IN_START) ? restored(restoring, text, "utf8") : text;
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

function fromLatin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
