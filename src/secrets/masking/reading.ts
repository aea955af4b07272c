import { type Escapes, LONGEST_INCOMPLETE } from "./escapes.ts";

/** How escapes are decoded. */
export interface DecodeOptions {
  /** The text is UTF-8 in which each byte is a character, so what is decoded has to be so, too. */
  isBytes: boolean;
  /** More of the text follows, so an escape at its end may be incomplete. */
  continues: boolean;
}

/** A text as it reads with its escapes decoded. It knows where each part of it comes from. */
export class Reading {
  /** By escape: where its characters start and end in this text, and where it starts and ends in the parent's text. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #sourceStarts: number[] = [];
  readonly #sourceEnds: number[] = [];
  /** True if an escape of any level stands for a character beyond ASCII, whose bytes are something else. */
  hasWide = false;
  /** The decoded text. The start of an incomplete escape at the end is left out. */
  readonly text: string;
  /** Index in the original text at which an escape may be incomplete; otherwise its length. */
  readonly complete: number;

  private constructor(
    source: string,
    private readonly parent?: Reading,
    given?: { escapes: Escapes; options: DecodeOptions },
  ) {
    this.text = source;
    this.complete = source.length;
    if (given === undefined || parent === undefined) return;
    this.hasWide = parent.hasWide;
    const { parts, end } = this.#decode(source, given.escapes, given.options);
    this.text = parts.join("");
    this.complete = Math.min(parent.complete, parent.startOf(end));
  }

  /** Returns the reading of a text as it is. */
  static of(text: string): Reading {
    return new Reading(text);
  }

  /** Returns this text with one level of escapes decoded; undefined if it has none. */
  decoded(escapes: Escapes, options: DecodeOptions): Reading | undefined {
    const { text } = this;
    const endsInside = options.continues && escapes.incomplete.test(text.slice(-LONGEST_INCOMPLETE));
    return endsInside || escapes.present.test(text) ? new Reading(text, this, { escapes, options }) : undefined;
  }

  /** Returns where a part of the original text starts that reads as what starts at an index of this text. */
  startOf(at: number): number {
    if (this.parent === undefined) return at;
    const index = lastUpTo(this.#starts, at);
    return this.parent.startOf(
      moved(at, index, { from: this.#ends, to: this.#sourceEnds, within: this.#sourceStarts }),
    );
  }

  /** Returns where a part of the original text ends that reads as what ends at an index of this text. */
  endOf(at: number): number {
    if (this.parent === undefined) return at;
    const index = lastUpTo(this.#starts, at - 1);
    return this.parent.endOf(moved(at, index, { from: this.#ends, to: this.#sourceEnds, within: this.#sourceEnds }));
  }

  /** Returns the last index of the original text, up to the given one, that is inside no escape. */
  alignedStart(at: number): number {
    return this.startOf(this.#indexOf(at));
  }

  #indexOf(at: number): number {
    if (this.parent === undefined) return at;
    const source = this.parent.#indexOf(at);
    const index = lastUpTo(this.#sourceStarts, source);
    return moved(source, index, { from: this.#sourceEnds, to: this.#ends, within: this.#starts });
  }

  #decode(source: string, escapes: Escapes, { isBytes, continues }: DecodeOptions): { parts: string[]; end: number } {
    const parts: string[] = [];
    let copied = 0;
    let length = 0;
    const take = (until: number) => {
      parts.push(source.slice(copied, until));
      length += until - copied;
    };
    for (const { 0: written, index } of source.matchAll(escapes.pattern)) {
      if (continues && isIncomplete(source, index, escapes)) {
        take(index);
        return { parts, end: index };
      }
      const decoded = escapes.decode(written);
      const isWide = decoded > "\u007f";
      if (isWide) this.hasWide = true;
      const chars = isBytes && isWide ? Buffer.from(decoded, "utf8").toString("latin1") : decoded;
      take(index);
      this.#starts.push(length);
      this.#sourceStarts.push(index);
      parts.push(chars);
      length += chars.length;
      copied = index + written.length;
      this.#ends.push(length);
      this.#sourceEnds.push(copied);
    }
    const end = continues ? incompleteFrom(source, copied, escapes) : source.length;
    take(end);
    return { parts, end };
  }
}

/** The first half of a pair of surrogates is an escape itself. */
function isIncomplete(source: string, at: number, { incomplete }: Escapes): boolean {
  return source.length - at <= LONGEST_INCOMPLETE && incomplete.exec(source.slice(at))?.index === 0;
}

function incompleteFrom(source: string, from: number, { incomplete }: Escapes): number {
  const start = Math.max(from, source.length - LONGEST_INCOMPLETE);
  const match = incomplete.exec(source.slice(start));
  return match === null ? source.length : start + match.index;
}

/** Maps an index that is at or after the start of an escape: what is inside it goes to `within`. */
function moved(
  at: number,
  index: number,
  { from, to, within }: { from: readonly number[]; to: readonly number[]; within: readonly number[] },
): number {
  if (index === -1) return at;
  const end = from[index] ?? 0;
  return at < end ? (within[index] ?? 0) : (to[index] ?? 0) + at - end;
}

/** Returns the index of the last number that is not above a limit; -1 if all are. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
