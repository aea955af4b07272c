import { containerAt, listItems, objectMembers, rootSpan, type Span } from "./json-spans.ts";

/** Values whose text has fewer characters than this are parsed whole. */
const SMALL = 32 * 1024;

/**
 * Number of characters of a list that are parsed at once, because a call of the parser costs more than a short item.
 */
const BLOCK = 4 * 1024;

/**
 * A long list in a JSON text. Parsing 60 MB of `{}` creates objects of 3 GB. This class only indexes the text. A block
 * of items is parsed when one of them is accessed, and kept until another block is parsed. {@link itemAt} reads the
 * items; to JavaScript this is an array of the same length without items.
 */
export class LazyList extends Array<never> {
  readonly #text: string;
  /** Start of each block, followed by the end of the last one. */
  readonly #starts: number[] = [];
  /** Index of the first item of each block. */
  readonly #firsts: number[] = [];
  #stretch = -1;
  #parsed: readonly unknown[] = [];

  constructor(text: string, listStart: number) {
    super();
    this.#text = text;
    let count = 0;
    let from = -1;
    let end = listStart;
    for (const item of listItems(text, listStart)) {
      // A large item is its own block.
      if (from === -1 || item.end - from > BLOCK) {
        from = item.start;
        this.#starts.push(from);
        this.#firsts.push(count);
      }
      ({ end } = item);
      count++;
    }
    this.#starts.push(end);
    this.#firsts.push(count);
    this.length = count;
  }

  read(index: number): unknown {
    const first = this.#firsts[this.#stretch] ?? 0;
    if (this.#stretch < 0 || index < first || index >= first + this.#parsed.length) this.#parse(this.#find(index));
    return this.#parsed[index - (this.#firsts[this.#stretch] ?? 0)];
  }

  /** Finds the block of an item, which usually is the one after the current block. */
  #find(index: number): number {
    const next = this.#stretch + 1;
    if ((this.#firsts[next] ?? 0) <= index && index < (this.#firsts[next + 1] ?? 0)) return next;
    let low = 0;
    let high = this.#firsts.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#firsts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #parse(stretch: number): void {
    const start = this.#starts[stretch] ?? 0;
    const count = (this.#firsts[stretch + 1] ?? 0) - (this.#firsts[stretch] ?? 0);
    const end = this.#starts[stretch + 1] ?? 0;
    this.#stretch = stretch;
    if (count === 1) this.#parsed = [valueAt(this.#text, { start, end: withoutComma(this.#text, start, end) })];
    else this.#parsed = JSON.parse(`[${this.#text.slice(start, withoutComma(this.#text, start, end))}]`) as unknown[];
  }
}

/** Returns an item of a list, whether lazy or not. */
export function itemAt(list: readonly unknown[], index: number): unknown {
  return list instanceof LazyList ? list.read(index) : list[index];
}

/**
 * Parses a JSON text for callers that access each part once and in order. Large lists in it become {@link LazyList}s.
 * @param text valid JSON
 */
export function lazyJson(text: string): unknown {
  return text.length < SMALL ? JSON.parse(text) : valueAt(text, rootSpan(text));
}

function valueAt(text: string, { start, end }: Span): unknown {
  if (end - start >= SMALL) {
    const container = containerAt(text, start);
    if (container === "list") return new LazyList(text, start);
    if (container === "object") {
      const members: Record<string, unknown> = {};
      for (const { name, ...span } of objectMembers(text, start)) {
        // Like JSON.parse, also for names such as __proto__.
        const value = valueAt(text, span);
        if (name === "__proto__") {
          Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
        } else members[name] = value;
      }
      return members;
    }
  }
  return JSON.parse(text.slice(start, end));
}

/** Returns the end of the last item before the start of the next one, skipping white space and a comma. */
function withoutComma(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /[\s,]/.test(text[at - 1] ?? "")) at--;
  return at;
}
