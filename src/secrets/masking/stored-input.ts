import { RatchetError } from "../../domain/errors.ts";
import type { SecretValues } from "../../domain/secret.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import { formOf, jsonForm } from "./forms.ts";
import type { Replacement } from "./replace-secrets.ts";
import { latin1Of, type SecretSearch } from "./secret-search.ts";
import { latin1Text, replaceInShareable, sharedFrom } from "./shareable-text.ts";

/** Start of what stands for a secret in a stored input: `{{ratchet-secret:FORM:NAME}}`. */
export const STAND_IN_START = "{{ratchet-secret:";
const WHOLE_VALUE = "value";
/** Finds what stands for a secret: the name of a complete value, or the form and the name of a part of a text. */
export const STAND_IN: RegExp =
  /"\{\{ratchet-secret:value:([A-Za-z_]\w*)\}\}"|\{\{ratchet-secret:([a-z\d-]+):([A-Za-z_]\w*)\}\}/g;

/** Returns what is stored in place of a secret. */
export const standInOf: Replacement = ({ name, id }, place) =>
  place === "value" ? `"${STAND_IN_START}${WHOLE_VALUE}:${name}}}"` : `${STAND_IN_START}${id}:${name}}}`;

/** Replaces the secrets in an input that will be stored. {@link restoreInput} puts them back. */
export async function protectInput(search: SecretSearch, inputJson: ShareableText): Promise<ShareableText> {
  return replaceInShareable(search, inputJson, standInOf);
}

/**
 * Returns true if an input has the stand-in of a secret. Only stored inputs may have one: whoever could send one would give
 * any secret to any task.
 */
export function hasStandIn(inputJson: ShareableText): boolean {
  if (typeof inputJson === "string") return inputJson.includes(STAND_IN_START);
  const { utf8 } = inputJson;
  return Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength).includes(STAND_IN_START);
}

/**
 * Puts the secrets back into a stored input.
 * @throws {RatchetError} CONFIG_INVALID if one of them is not set any more
 */
export function restoreInput(values: SecretValues, inputJson: ShareableText): ShareableText {
  if (!hasStandIn(inputJson)) return inputJson;
  if (typeof inputJson === "string") return restoredJson(values, inputJson);
  return sharedFrom(restoredJson(values, latin1Text(inputJson), latin1Of));
}

/** Puts the secrets back into a JSON text. @throws {RatchetError} as {@link restoreInput} */
export function restoredJson(
  values: SecretValues,
  text: string,
  written: (text: string) => string = (same) => same,
): string {
  return text.replace(STAND_IN, (_, wholeName?: string, id = WHOLE_VALUE, partName = "") => {
    const value = setValue(values, wholeName ?? partName);
    return written(id === WHOLE_VALUE ? wholeValue(value) : partOfString(value, id));
  });
}

/** Returns the value of a secret. @throws {RatchetError} as {@link restoreInput} */
export function setValue(values: SecretValues, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw notSet(name);
  return value;
}

function wholeValue(value: string): string {
  try {
    JSON.parse(value);
    return value;
  } catch {
    // The secret has another value now.
    return JSON.stringify(value);
  }
}

function partOfString(value: string, id: string): string {
  const form = formOf(value, id) ?? jsonForm(value);
  // What was the raw form of an earlier value may not fit into a string of JSON.
  return isInsideJson(form) ? form : jsonForm(value);
}

function isInsideJson(text: string): boolean {
  try {
    JSON.parse(`"${text}"`);
    return true;
  } catch {
    return false;
  }
}

function notSet(name: string): RatchetError {
  return new RatchetError("CONFIG_INVALID", `The input has the secret ${name}, which is not set any more.`, {
    remedy: `Set it again with \`ratchet secrets set ${name}\`, or send a new input.`,
    data: { missing: [name] },
  });
}
