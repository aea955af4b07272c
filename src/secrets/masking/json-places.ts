import { BACKSLASH, QUOTE, SPACE } from "../../lib/json-characters.ts";

/** What a part of a JSON text is. */
export type JsonPlace = "string" | "value";

/** Knows the strings of a JSON text, as far as it was asked. Places are asked for from the first to the last. */
export class JsonPlaces {
  readonly #text: string;
  /** Everything before this index was seen. */
  #at = 0;
  /** Start of the string that is open there, after its quote. */
  #open: number | undefined;
  /** Index of the quote that closes it. */
  #close = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Returns where a part of the text is: in one string whose escapes it does not take apart, or a complete value;
   * undefined if it is neither, so that replacing it would break the JSON.
   */
  placeOf(start: number, end: number): JsonPlace | undefined {
    this.#goTo(start);
    if (this.#open === undefined) return this.#isValue(start, end) ? "value" : undefined;
    if (end > this.#close || escapesBefore(this.#text, start, this.#open) % 2 === 1) return undefined;
    return escapesBefore(this.#text, end, start) % 2 === 1 ? undefined : "string";
  }

  /** Returns places that can be asked for from an index on, independently of these, which then are asked for from there, too. */
  from(at: number): JsonPlaces {
    this.#goTo(at);
    const places = new JsonPlaces(this.#text);
    places.#at = this.#at;
    places.#open = this.#open;
    places.#close = this.#close;
    return places;
  }

  /** Returns true if a string begins with a quote at this index. */
  opensAt(at: number): boolean {
    this.#goTo(at);
    return this.#open === undefined && this.#text.charCodeAt(at) === QUOTE;
  }

  #goTo(at: number): void {
    while (this.#at < at) {
      const quote = this.#open === undefined ? indexOrEnd(this.#text, this.#at) : this.#close;
      if (quote >= at) {
        this.#at = at;
        return;
      }
      this.#at = quote + 1;
      if (this.#open !== undefined) this.#open = undefined;
      else {
        this.#open = this.#at;
        this.#close = closingQuote(this.#text, this.#at);
      }
    }
  }

  #isValue(start: number, end: number): boolean {
    const text = this.#text;
    let before = start - 1;
    while (before >= 0 && text.charCodeAt(before) <= SPACE) before--;
    let after = end;
    while (after < text.length && text.charCodeAt(after) <= SPACE) after++;
    const isSeparate = (before < 0 || ":,[".includes(text.charAt(before))) && ",]}".includes(text.charAt(after));
    return isSeparate && isJson(text.slice(start, end));
  }
}

function indexOrEnd(text: string, from: number): number {
  const at = text.indexOf('"', from);
  return at === -1 ? text.length : at;
}

/** Index of the quote that closes a string; the end of the text if it is not closed. @param from start of the string */
function closingQuote(text: string, from: number): number {
  for (let at = indexOrEnd(text, from); ; at = indexOrEnd(text, at + 1)) {
    if (at >= text.length || escapesBefore(text, at, from) % 2 === 0) return at;
  }
}

/** Number of backslashes right before an index, at most back to `from`. */
function escapesBefore(text: string, at: number, from: number): number {
  let start = at;
  while (start > from && text.charCodeAt(start - 1) === BACKSLASH) start--;
  return at - start;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
