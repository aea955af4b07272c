import { append, ask, jsonOf } from "./ask.ts";

/** How many characters the host gets at a time, at least. */
const CHUNK = 4_096;

/** Where segments end, within one stretch of a text that the host has divided. */
interface Stretch {
  start: number;
  /** The ends of its segments, ascending; the last one is the end of the stretch. */
  ends: number[];
  /** For words: whether each segment is one. */
  wordLike: boolean[] | undefined;
}

/** A segment: where it starts, where it ends, and whether it is a word (undefined unless the segmenter finds words). */
export type Bounds = readonly [start: number, end: number, wordLike: boolean | undefined];

/**
 * Divides a text by stretches of a few thousand characters, when they are needed, so that one call of the host's is short
 * and neither side keeps much. Where stretches start is kept, because a stretch can only start at a boundary.
 */
export class SegmentReader {
  readonly #text: string;
  readonly #json: string;
  /** The starts of all stretches so far, ascending. */
  readonly #starts: number[] = [0];
  #current: Stretch | undefined;
  /** The segment of the current stretch that was found last. */
  #last = 0;

  /** @param json the segmenter's locales and options */
  constructor(text: string, json: string) {
    this.#text = text;
    this.#json = json;
  }

  /** Returns the segment around a place in the text. @param index from 0 to the last character */
  around(index: number): Bounds {
    const stretch = this.#stretchAround(index);
    const { ends, start, wordLike } = stretch;
    let i = this.#last;
    if (i >= ends.length || (i > 0 && (ends[i - 1] as number) > index)) i = 0;
    while ((ends[i] as number) <= index) i += 1;
    this.#last = i;
    return [i === 0 ? start : (ends[i - 1] as number), ends[i] as number, wordLike?.[i]];
  }

  #stretchAround(index: number): Stretch {
    const current = this.#current;
    if (current !== undefined && index >= current.start && index < endOf(current)) return current;
    const starts = this.#starts;
    let known = starts.length - 1;
    while ((starts[known] as number) > index) known -= 1;
    for (;;) {
      const stretch = this.#divide(starts[known] as number);
      const end = endOf(stretch);
      known += 1;
      if (known === starts.length) append(starts, end);
      if (index < end) {
        this.#current = stretch;
        this.#last = 0;
        return stretch;
      }
    }
  }

  /** Divides the text from a boundary on. The host may ask for more characters, if it finds no safe place to stop. */
  #divide(start: number): Stretch {
    for (let length = CHUNK; ; length *= 4) {
      const end = Math.min(start + length, this.#text.length);
      const last = end === this.#text.length;
      const text = jsonOf(this.#text.slice(start, end));
      const found = ask("Segmenter.divide", this.#json, `[${text},${last}]`) as {
        ends: number[];
        wordLike?: boolean[];
      } | null;
      if (found === null) continue;
      for (let i = 0; i < found.ends.length; i++) found.ends[i] = (found.ends[i] as number) + start;
      return { start, ends: found.ends, wordLike: found.wordLike };
    }
  }
}

function endOf({ ends }: Stretch): number {
  return ends[ends.length - 1] as number;
}
