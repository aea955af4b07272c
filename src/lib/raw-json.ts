/**
 * JSON text in the place of its value. It is passed on as it is: `jsonParts` writes it into JSON without reading it.
 * The text has to be JSON that was checked before.
 */
export class RawJson {
  constructor(readonly text: string) {}

  /** A mark while `jsonParts` runs. Else somebody shows it in a message, where the size of a large one must do. */
  toJSON(): unknown {
    if (collected === undefined) {
      return this.text.length > LONGEST_SHOWN ? `JSON of ${this.text.length} characters` : JSON.parse(this.text);
    }
    collected.push(this.text);
    return mark;
  }
}

/** Characters. */
const LONGEST_SHOWN = 64 * 1024;

/** Texts that the running call of {@link jsonParts} has met. The call is synchronous, so there is only ever one. */
let collected: string[] | undefined;

/** Stands for a text while the rest is written. Nobody outside can know it, so no value of a caller's looks like it. */
let mark: string | undefined;

/**
 * JSON of a value in which {@link RawJson} may stand anywhere.
 * @returns texts that are the JSON when they are joined; large raw texts are passed on, not copied
 */
export function jsonParts(value: unknown): string[] {
  const outer = collected;
  const texts: string[] = [];
  collected = texts;
  mark ??= `raw-json-${crypto.randomUUID()}`;
  let json: string;
  try {
    json = JSON.stringify(value);
  } finally {
    collected = outer;
  }
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
