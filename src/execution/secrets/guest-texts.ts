import { GUEST_ERROR_TEXT, GUEST_TEXT_LIMITS, type GuestError } from "../../domain/guest-errors.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";

/** The lengths of texts that were cut. */
const CUT_LENGTHS: ReadonlySet<number> = new Set(Object.values(GUEST_TEXT_LIMITS));

/** Returns an error of a guest with all its texts changed, in the order in which the host has read them. */
export function mapTexts(guest: GuestError, text: (given: string) => string): GuestError {
  const { name, message, classes, stack, code, data, cause, errors, ...rest } = guest;
  return {
    ...rest,
    name: text(name),
    message: text(message),
    ...defined({
      classes: classes?.map(text),
      stack: stack === undefined ? undefined : text(stack),
      code: code === undefined ? undefined : text(code),
      data: data === undefined ? undefined : (mapStrings(data, text) as JsonObject),
      cause: cause && mapTexts(cause, text),
      errors: errors?.map((one) => mapTexts(one, text)),
    }),
  };
}

/** Changes all strings in a value, names of members too. */
function mapStrings(value: JsonValue, text: (given: string) => string): JsonValue {
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return value.map((one) => mapStrings(one, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [text(name), mapStrings(one, text)]));
}

/**
 * Leaves out what may be the beginning of a secret at the end of texts that were cut: no search finds a secret of which only
 * the beginning is left.
 */
export function endCutTexts(guest: GuestError, { openEnd }: Pick<SecretMasker, "openEnd">): GuestError {
  let length = 0;
  return mapTexts(guest, (text) => {
    length += text.length;
    const isCut = CUT_LENGTHS.has(text.length) || length >= GUEST_ERROR_TEXT;
    return isCut ? text.slice(0, openEnd(text)) : text;
  });
}
