import { HttpFailure } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { BACKSLASH } from "../../lib/json-characters.ts";
import { jsonForm } from "../masking/forms.ts";
import type { ValueWriter } from "./value-writer.ts";

/** How deeply JSON may be nested in strings of JSON around a stand-in. Forms of more levels are not hidden in responses. */
export const MAX_JSON_LEVELS = 3;

/**
 * Writes values into strings of JSON. Such a string may be inside a string of JSON itself: its quote has backslashes
 * then. Each part of the text is seen once.
 */
export class JsonWriter implements ValueWriter {
  /** Backslashes before the quote that was seen last. */
  #escapes = 0;
  /** Backslashes at the end of what was seen. */
  #trailing = 0;

  pass(text: string): void {
    if (text === "") return;
    const quote = text.lastIndexOf('"');
    if (quote !== -1) this.#escapes = this.#backslashesBefore(text, quote);
    this.#trailing = this.#backslashesBefore(text, text.length);
  }

  write({ name, value }: StandIn): string {
    this.#trailing = 0;
    const levels = levelsOf(this.#escapes);
    if (levels > MAX_JSON_LEVELS) {
      const where = `it is in JSON that is nested in strings of JSON more than ${MAX_JSON_LEVELS} levels deep`;
      throw new HttpFailure("invalid-request", `the secret ${name} can't be inserted: ${where}`);
    }
    let form = value;
    for (let level = 0; level < levels; level++) form = jsonForm(form);
    return form;
  }

  #backslashesBefore(text: string, end: number): number {
    let start = end;
    while (start > 0 && text.charCodeAt(start - 1) === BACKSLASH) start--;
    return start > 0 ? end - start : end + this.#trailing;
  }
}

/** A quote after an odd number of backslashes is part of a string: half of them are left when it is decoded. */
function levelsOf(escapes: number): number {
  let levels = 1;
  for (let left = escapes; left % 2 === 1; left = (left - 1) / 2) levels++;
  return levels;
}
