import { RatchetError } from "../../domain/errors.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { TextSealer } from "../encryption/text-sealer.ts";
import type { Replacement } from "./replace-secrets.ts";
import type { SecretSearch } from "./secret-search.ts";
import { latin1Text, replaceInShareable, sharedFrom } from "./shareable-text.ts";
import { containsStart, STAND_IN_START } from "./stand-in-start.ts";

/** What texts are protected with before they are stored. */
export interface Protection {
  search: SecretSearch;
  sealer: TextSealer;
}

/** How secrets are put back. */
export interface Restoring {
  /** Undefined if the key of stored texts is lost. */
  sealer: TextSealer | undefined;
  /** Called with the value of each secret that was put back, as it was when the text was stored. */
  onValue?: (name: string, value: string) => void;
}

const WHOLE_VALUE = "value";
/**
 * What stands for a secret: a complete value, or a form of it in a string. The end is the encrypted text that was replaced; databases of
 * earlier versions have stand-ins without it, which are never replaced.
 */
const STAND_IN =
  /"\{\{ratchet-secret:value:([A-Za-z_]\w*)(?::([\w-]+))?\}\}"|\{\{ratchet-secret:[a-z\d-]+:([A-Za-z_]\w*)(?::([\w-]+))?\}\}/g;

/** Characters of a text that stand for bytes, or for characters. */
export type TextEncoding = "latin1" | "utf8";

/** Returns what is stored in place of secrets. */
export function standIns({ sealer }: Pick<Protection, "sealer">, encoding: TextEncoding): Replacement {
  const known = new Map<string, string>();
  return ({ name, value, id }, place, text) => {
    const key = `${name}\0${value}\0${text}`;
    const token = known.get(key) ?? sealer.seal(name, value, Buffer.from(text, encoding));
    known.set(key, token);
    return place === "value"
      ? `"${STAND_IN_START}${WHOLE_VALUE}:${name}:${token}}}"`
      : `${STAND_IN_START}${id}:${name}:${token}}}`;
  };
}

/**
 * Replaces the secrets in an input that will be stored by stand-ins, which carry them encrypted. So an input stays what it was when a secret
 * is changed or removed, and who knows an old value never gets a new one for it. {@link restoreInput} puts them back.
 */
export async function protectInput(protection: Protection, inputJson: ShareableText): Promise<ShareableText> {
  const encoding = typeof inputJson === "string" ? "utf8" : "latin1";
  return replaceInShareable(protection.search, inputJson, standIns(protection, encoding));
}

/**
 * Returns true if an input has the stand-in of a secret, also with escapes of JSON. Only stored inputs may have one: whoever could send
 * one would give any secret to any task.
 */
export function hasStandIn(inputJson: ShareableText): boolean {
  if (typeof inputJson === "string") return containsStart(inputJson);
  const { utf8 } = inputJson;
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  if (bytes.includes(STAND_IN_START)) return true;
  return bytes.includes("\\u00") && containsStart(bytes.toString("latin1"));
}

/**
 * Puts the secrets back into a stored input, exactly as they were sent.
 * @throws {RatchetError} CONFIG_INVALID if the key that they were encrypted with is lost
 */
export function restoreInput(restoring: Restoring, inputJson: ShareableText): ShareableText {
  if (!hasStandIn(inputJson)) return inputJson;
  if (typeof inputJson === "string") return restored(restoring, inputJson, "utf8");
  return sharedFrom(restored(restoring, latin1Text(inputJson), "latin1"));
}

/** Puts the secrets back into a text. @throws {RatchetError} as {@link restoreInput} */
export function restored({ sealer, onValue }: Restoring, text: string, encoding: TextEncoding): string {
  const known = new Map<string, string>();
  return text.replace(STAND_IN, (standIn, ...groups: (string | undefined)[]) => {
    const earlier = known.get(standIn);
    if (earlier !== undefined) return earlier;
    const [wholeName, wholeToken, partName, partToken] = groups;
    const name = wholeName ?? partName ?? "";
    const opened = sealer?.open(name, wholeToken ?? partToken ?? "");
    if (opened === undefined) throw lost(name);
    onValue?.(name, opened.value);
    const original = opened.text.toString(encoding);
    known.set(standIn, original);
    return original;
  });
}

function lost(name: string): RatchetError {
  const message = `The stored input has the secret ${name}, and the key that it was encrypted with is lost.`;
  return new RatchetError("CONFIG_INVALID", message, {
    remedy: "Send a new input, or restore the database together with its key.",
    data: { missing: [name] },
  });
}
