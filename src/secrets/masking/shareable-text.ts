import type { ShareableText, SharedText } from "../../domain/shared-text.ts";
import { createBreather } from "../../lib/breather.ts";
import { latin1Of } from "./latin1.ts";
import { type Replacement, replaceInJson } from "./replace-secrets.ts";
import type { SecretSearch } from "./secret-search.ts";

/** Replaces secrets in a JSON text of any size without blocking the thread. @returns the text itself if it has none */
export async function replaceInShareable(
  search: SecretSearch,
  text: ShareableText,
  replacement: Replacement,
): Promise<ShareableText> {
  const plain = typeof text === "string" ? text : latin1Text(text);
  const steps = replaceInJson(search, plain, typeof text === "string" ? replacement : inLatin1(replacement));
  const breathe = createBreather();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return typeof text === "string" ? value : value === plain ? text : sharedFrom(value);
    await breathe();
  }
}

/** Returns the bytes of a shared text as characters. Much faster than decoding. */
export function latin1Text({ utf8 }: SharedText): string {
  return Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength).toString("latin1");
}

/** Copies characters that stand for bytes to shared memory. */
export function sharedFrom(latin1: string): SharedText {
  const utf8 = new Uint8Array(new SharedArrayBuffer(latin1.length));
  Buffer.from(utf8.buffer).write(latin1, "latin1");
  return { utf8 };
}

const inLatin1 =
  (replacement: Replacement): Replacement =>
  (found, place, text) =>
    latin1Of(replacement(found, place, text));
