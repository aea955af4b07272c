import { readText, type ShareableText } from "./shared-text.ts";

/**
 * JSON text in place of its value. {@link jsonParts} inserts it into JSON without parsing it. The text must be valid
 * JSON.
 */
export class RawJson {
  /** Private, so that messages do not show it: it may be very long. */
  readonly #text: ShareableText;

  constructor(text: ShareableText) {
    this.#text = text;
  }

  get text(): ShareableText {
    return this.#text;
  }
}

/**
 * Returns the JSON of a value that may contain {@link RawJson} anywhere.
 * @returns texts whose concatenation is the JSON; large raw texts are not copied
 */
export function jsonParts(value: unknown): ShareableText[] {
  const texts: ShareableText[] = [];
  // A placeholder for raw texts. It is unpredictable, so no value can contain it.
  const mark = crypto.randomUUID();
  const json = JSON.stringify(value, (_name, member: unknown) => {
    if (!(member instanceof RawJson)) return member;
    texts.push(member.text);
    return mark;
  });
  if (texts.length === 0) return [json];
  const quotedMark = `"${mark}"`;
  const parts: ShareableText[] = [];
  let from = 0;
  for (const text of texts) {
    const at = json.indexOf(quotedMark, from);
    parts.push(json.slice(from, at), text);
    from = at + quotedMark.length;
  }
  parts.push(json.slice(from));
  return parts;
}

/** Returns the JSON of a value that may contain {@link RawJson} anywhere, as one string. */
export function jsonText(value: unknown): string {
  return jsonParts(value).map(readText).join("");
}
