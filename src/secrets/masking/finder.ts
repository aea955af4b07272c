/** A text that was found. */
export interface Found<T> {
  start: number;
  end: number;
  value: T;
}

/** Where and what to look for. */
export interface FindOptions {
  /** Only texts that start before this index. @default everywhere */
  before?: number;
  /** Returns false for a place where a text must not be found. */
  accept?: ((start: number, end: number) => boolean) | undefined;
  /** What the search may cost, shared by several calls. @default no limit */
  budget?: SearchBudget | undefined;
}

/** What a search may still cost, in units that are compared. A text can be made to be slow to search. */
export interface SearchBudget {
  left: number;
}

/** Returns the budget for a text: much more than any usual text needs. */
export function searchBudget(text: string): SearchBudget {
  return { left: text.length * 500 + 10_000_000 };
}

/** A text costs too much to search. */
export class SlowSearch extends Error {}

/** Length of the shortest text that can be found, in UTF-16 units. */
export const SHORTEST_FOUND = 8;

/** Units that decide together how far the search may go on (Wu and Manber, "A fast algorithm for multi-pattern searching"). */
const BLOCK = 4;
const LARGEST_SHIFT = SHORTEST_FOUND - BLOCK + 1;
const TABLE = 65_536;

/**
 * Finds many texts in one pass. It looks at a block of four units and knows how many units can't begin any of the texts, so
 * it skips most of them: 10 MB take about as long with a thousand texts as with one.
 */
export class Finder<T extends object | string> {
  /** By the hash of a block: how far the search may go on. */
  readonly #shifts = new Uint8Array(TABLE).fill(LARGEST_SHIFT);
  /** By the first units: the lengths of such texts, longest first. */
  readonly #lengths = new Map<string, number[]>();
  readonly #values = new Map<string, T>();
  #longest = 0;

  /** Number of texts. */
  get size(): number {
    return this.#values.size;
  }

  /** Length of the longest text. */
  get longest(): number {
    return this.#longest;
  }

  /** Adds a text of at least {@link SHORTEST_FOUND} units, unless it is known. */
  add(text: string, value: T): void {
    if (this.#values.has(text)) return;
    if (text.length < SHORTEST_FOUND) throw new Error("the text is too short to be found");
    this.#values.set(text, value);
    this.#longest = Math.max(this.#longest, text.length);
    for (let at = 0; at < LARGEST_SHIFT; at++) {
      const hash = hashAt(text, at);
      this.#shifts[hash] = Math.min(this.#shifts[hash] ?? 0, LARGEST_SHIFT - 1 - at);
    }
    const start = text.slice(0, SHORTEST_FOUND);
    const lengths = this.#lengths.get(start) ?? [];
    if (!lengths.includes(text.length))
      this.#lengths.set(
        start,
        [...lengths, text.length].sort((a, b) => b - a),
      );
  }

  /** Returns the first of the texts at or after an index, and of those that start there the longest. @throws {SlowSearch} */
  find(text: string, from: number, { before = text.length, accept, budget }: FindOptions = {}): Found<T> | undefined {
    const shifts = this.#shifts;
    const last = Math.min(before - 1, text.length - SHORTEST_FOUND);
    for (let at = from; at <= last; ) {
      const hash = hashAt(text, at + SHORTEST_FOUND - BLOCK);
      const shift = shifts[hash] ?? 0;
      if (shift > 0) {
        at += shift;
        continue;
      }
      for (const length of this.#lengths.get(text.slice(at, at + SHORTEST_FOUND)) ?? []) {
        const end = at + length;
        if (budget !== undefined) {
          budget.left -= length;
          if (budget.left < 0) throw new SlowSearch("the text costs too much to search");
        }
        const value = end > text.length ? undefined : this.#values.get(text.slice(at, end));
        if (value === undefined || accept?.(at, end) === false) continue;
        return { start: at, end, value };
      }
      at++;
    }
    return undefined;
  }

  /** Returns the first index at which one of the texts may begin that is not complete yet; otherwise the length. */
  incompleteAt(text: string): number {
    for (let at = Math.max(0, text.length - this.#longest + 1); at < text.length; at++) {
      if (text.length - at < SHORTEST_FOUND ? this.#mayBegin(text.slice(at)) : this.#isIncomplete(text, at)) return at;
    }
    return text.length;
  }

  #mayBegin(rest: string): boolean {
    for (const start of this.#lengths.keys()) if (start.startsWith(rest)) return true;
    return false;
  }

  /** Tells of most places at a glance that no text begins there. */
  #isIncomplete(text: string, at: number): boolean {
    if (this.#shifts[hashAt(text, at + SHORTEST_FOUND - BLOCK)] !== 0) return false;
    const [longest = 0] = this.#lengths.get(text.slice(at, at + SHORTEST_FOUND)) ?? [];
    if (longest <= text.length - at) return false;
    const rest = text.slice(at);
    for (const one of this.#values.keys()) if (one.length > rest.length && one.startsWith(rest)) return true;
    return false;
  }
}

function hashAt(text: string, at: number): number {
  const first = Math.imul(text.charCodeAt(at), 0x9e35) ^ Math.imul(text.charCodeAt(at + 1), 0x5bd1);
  const second = Math.imul(text.charCodeAt(at + 2), 0x2c9b) ^ Math.imul(text.charCodeAt(at + 3), 0x1b87);
  const mixed = first ^ (second << 3);
  return (mixed ^ (mixed >>> 16)) & (TABLE - 1);
}
