/**
 * JSON text in the place of its value. It is passed on as it is: {@link jsonParts} writes it into JSON without reading
 * it. The text has to be JSON that was checked before.
 */
export class RawJson {
  /** Out of sight of those who show values in messages: it may be very long. */
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}

/**
 * JSON of a value in which {@link RawJson} may stand anywhere.
 * @returns texts that are the JSON when they are joined; large raw texts are passed on, not copied
 */
export function jsonParts(value: unknown): string[] {
  const texts: string[] = [];
  // Stands for a text while the rest is written. Nobody can know it beforehand, so no value looks like it.
  const mark = crypto.randomUUID();
  const json = JSON.stringify(value, (_name, member: unknown) => {
    if (!(member instanceof RawJson)) return member;
    texts.push(member.text);
    return mark;
  });
  if (texts.length === 0) return [json];
  const quotedMark = `"${mark}"`;
  const parts: string[] = [];
  let from = 0;
  for (const text of texts) {
    const at = json.indexOf(quotedMark, from);
    parts.push(json.slice(from, at), text);
    from = at + quotedMark.length;
  }
  parts.push(json.slice(from));
  return parts;
}

/** JSON of a value in which {@link RawJson} may stand anywhere, as one text. */
export function jsonText(value: unknown): string {
  return jsonParts(value).join("");
}
