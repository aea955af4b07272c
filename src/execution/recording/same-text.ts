import { placeholdersIn } from "./placeholder.ts";

/**
 * Compares recorded texts with those of a replay. In a replay, a recorded placeholder may correspond to the placeholder
 * itself, because the replay received that, or to a computed text, such as a signature made with a placeholder. In that
 * case the first text found in its place is remembered and must occur wherever the placeholder does.
 */
export interface TextComparison {
  /** Returns true if a text corresponds to the recorded one. */
  same(recorded: string, actual: string): boolean;
  /** Keeps what was learned since the last call of `keep` or `drop`. */
  keep(): void;
  /** Forgets it, because the compared values turned out to be different. */
  drop(): void;
}

/**
 * @param given placeholders that the replay received: one of them in place of another is a difference
 * @param canonical converts a text and its placeholder to the same form
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

/** Returns the end of the text in place of a placeholder: after the placeholder itself, or before the next literal. */
function endOf(actual: string, from: number, placeholder: string, literal: string): number {
  if (actual.startsWith(placeholder + literal, from)) return from + placeholder.length;
  return literal === "" ? actual.length : actual.indexOf(literal, from + 1);
}
