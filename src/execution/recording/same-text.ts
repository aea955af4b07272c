import { placeholdersIn } from "./placeholder.ts";

/**
 * Compares recorded texts with those of a replay. A recorded placeholder stands for a secret that the replay may hold
 * in another form: as the placeholder itself, because that is what it was given, or as a text of its own making, such
 * as a signature computed with the placeholder. Then the first text found in its place is remembered and must come
 * again wherever the placeholder does.
 */
export interface TextComparison {
  /** Whether a text is what the recorded one stands for. */
  same(recorded: string, actual: string): boolean;
  /** Keeps what was learnt since the last call of `keep` or `drop`. */
  keep(): void;
  /** Forgets it: what was compared turned out to be something else. */
  drop(): void;
}

/**
 * @param given placeholders that the replay was given: one of these in another's place is a difference
 * @param canonical brings a text and what stands for it into one form
 */
export function createTextComparison(
  given: ReadonlySet<string>,
  canonical: (text: string) => string = (text) => text,
): TextComparison {
  const kept = new Map<string, string>();
  let learnt = new Map<string, string>();

  function fits(placeholder: string, actual: string): boolean {
    if (actual === placeholder) return true;
    const before = learnt.get(placeholder) ?? kept.get(placeholder);
    if (before !== undefined) return before === actual || canonical(before) === canonical(actual);
    if (actual === "" || placeholdersIn(actual).some(({ text }) => given.has(text))) return false;
    learnt.set(placeholder, actual);
    return true;
  }

  return {
    same(recorded, actual) {
      if (recorded === actual) return true;
      const marks = placeholdersIn(recorded);
      if (marks.length === 0) return false;
      let at = marks[0]?.index ?? 0;
      if (recorded.slice(0, at) !== actual.slice(0, at)) return false;
      for (const [i, mark] of marks.entries()) {
        const after = mark.index + mark.text.length;
        const next = marks[i + 1];
        const literal = recorded.slice(after, next?.index);
        const to = next === undefined ? actual.length - literal.length : endOf(actual, at, mark.text, literal);
        if (to < at || !actual.startsWith(literal, to) || !fits(mark.text, actual.slice(at, to))) return false;
        at = to + literal.length;
      }
      return true;
    },
    keep() {
      for (const [placeholder, actual] of learnt) kept.set(placeholder, actual);
      learnt = new Map();
    },
    drop() {
      learnt = new Map();
    },
  };
}

/** Where the text in a placeholder's place ends: with itself if it is there, else before the next literal. */
function endOf(actual: string, from: number, placeholder: string, literal: string): number {
  if (actual.startsWith(placeholder + literal, from)) return from + placeholder.length;
  return literal === "" ? actual.length : actual.indexOf(literal, from + 1);
}
