import type { SecretValues } from "../../domain/secret.ts";
import { formOf } from "./forms.ts";
import { finishSteps, replaceInJson, replaceInText } from "./replace-secrets.ts";
import { latin1Of, type SecretSearch } from "./secret-search.ts";
import { restoredJson, STAND_IN, STAND_IN_START, setValue, standInOf } from "./stored-input.ts";

/**
 * Replaces the secrets in bytes that will be stored, such as the body of a request: JSON, or any other text.
 * {@link restoreBytes} puts them back.
 */
export function protectBytes(search: SecretSearch, bytes: Uint8Array): Uint8Array {
  const before = latin1(bytes);
  const after = isJson(bytes)
    ? finishSteps(replaceInJson(search, before, standInOf))
    : replaceInText(search, before, standInOf);
  return after === before ? bytes : fromLatin1(after);
}

/** Puts the secrets back. @throws {RatchetError} CONFIG_INVALID if one of them is not set any more */
export function restoreBytes(values: SecretValues, bytes: Uint8Array): Uint8Array {
  if (!bytesHaveStandIn(bytes)) return bytes;
  const text = latin1(bytes);
  return fromLatin1(isJson(bytes) ? restoredJson(values, text, latin1Of) : restored(values, text, latin1Of));
}

/** Returns true if bytes have the stand-in of a secret. */
export function bytesHaveStandIn(bytes: Uint8Array): boolean {
  return latin1(bytes).includes(STAND_IN_START);
}

/** Replaces the secrets in a text that will be stored, such as the value of a header. */
export function protectText(search: SecretSearch, text: string): string {
  return replaceInText(search, text, standInOf);
}

/** Puts the secrets back. @throws {RatchetError} CONFIG_INVALID if one of them is not set any more */
export function restoreText(values: SecretValues, text: string): string {
  return text.includes(STAND_IN_START) ? restored(values, text, (same) => same) : text;
}

function restored(values: SecretValues, text: string, written: (text: string) => string): string {
  return text.replace(STAND_IN, (_, wholeName?: string, id = "", partName = "") => {
    const value = setValue(values, wholeName ?? partName);
    return written(formOf(value, id) ?? value);
  });
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
