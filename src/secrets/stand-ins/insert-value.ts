import type { StandIn } from "../../domain/stand-in.ts";
import { base64Forms } from "../masking/base64-forms.ts";

/** Returns a value as it is written at a place in a text. @param before the text before that place */
export type WrittenValue = (standIn: StandIn, before: string) => string;

/**
 * Replaces stand-ins in a text, also inside base64.
 * @param digits the characters of base64 in this text. In a URL a slash separates
 */
export function insertValues(
  text: string,
  standIns: readonly StandIn[],
  written: WrittenValue,
  digits: RegExp = /[\w+/-]/,
): string {
  let replaced = text;
  for (const standIn of standIns) {
    replaced = insertPlain(replaced, standIn, written);
    replaced = insertIntoBase64(replaced, standIn, digits);
  }
  return replaced;
}

/** Returns true if a text has a stand-in, plain or inside base64. */
export function hasStandIn(text: string, standIns: readonly StandIn[]): boolean {
  return standIns.some(
    (standIn) => text.includes(standIn.text) || encodedForms(standIn).some(({ form }) => text.includes(form)),
  );
}

function insertPlain(text: string, standIn: StandIn, written: WrittenValue): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = text.indexOf(standIn.text); at !== -1; at = text.indexOf(standIn.text, copied)) {
    parts.push(text.slice(copied, at), written(standIn, text.slice(0, at)));
    copied = at + standIn.text.length;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(copied);
}

/** A form of a stand-in in base64, and how many characters of its group are before it. */
interface EncodedForm {
  form: string;
  offset: number;
}

/** Characters of the group before a text that begins after 0, 1 or 2 bytes of it. */
const OFFSETS = [0, 2, 3];

function encodedForms(standIn: StandIn): EncodedForm[] {
  return base64Forms("", standIn.text).flatMap(({ id, text }) => {
    const [, before] = /^b64-(\d)(?:-url)?$/.exec(id) ?? [];
    return before === undefined ? [] : [{ form: text, offset: OFFSETS[Number(before)] ?? 0 }];
  });
}

function insertIntoBase64(text: string, standIn: StandIn, digits: RegExp): string {
  for (const { form, offset } of encodedForms(standIn)) {
    const at = text.indexOf(form);
    if (at === -1) continue;
    let start = at - offset;
    while (start >= 4 && isAll(text.slice(start - 4, start), digits)) start -= 4;
    let end = at + form.length;
    while (end < text.length && digits.test(text.charAt(end))) end++;
    const padding = /^(?:=|%3[Dd]){0,2}/.exec(text.slice(end))?.[0] ?? "";
    const encoded = reencoded(text.slice(start, end), standIn, padding);
    // What follows may have the stand-in once more.
    return text.slice(0, start) + encoded + insertIntoBase64(text.slice(end + padding.length), standIn, digits);
  }
  return text;
}

function isAll(text: string, digits: RegExp): boolean {
  return [...text].every((char) => digits.test(char));
}

function reencoded(encoded: string, { text, value }: StandIn, padding: string): string {
  const isUrlSafe = /[-_]/.test(encoded);
  const bytes = Buffer.from(encoded, "base64").toString("latin1");
  const inserted = Buffer.from(
    bytes.replaceAll(text, () => Buffer.from(value).toString("latin1")),
    "latin1",
  );
  const plain = inserted.toString(isUrlSafe ? "base64url" : "base64").replace(/=+$/, "");
  // Without padding, it was either left out or not needed.
  const wasPadded = padding !== "" || encoded.length % 4 === 0;
  const equals = isUrlSafe || !wasPadded ? "" : "=".repeat((4 - (plain.length % 4)) % 4);
  return plain + (padding.startsWith("%") ? encodeURIComponent(equals) : equals);
}
