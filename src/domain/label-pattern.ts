/** Maximum number of label patterns of a user or key. */
export const MAX_PATTERNS = 100;

/** Maximum length of a pattern, in characters. */
const LONGEST_PATTERN = 200;

/** Returns what is wrong with a label pattern; undefined if nothing is. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === "") return "is empty";
  if (pattern.length > LONGEST_PATTERN) return `has ${pattern.length} characters; it may have up to ${LONGEST_PATTERN}`;
  if (/\p{Cc}/u.test(pattern)) return "has control characters, which no label has";
  if (pattern.trim() !== pattern) return "starts or ends with a space, which no label does";
  const [special] = NOT_SPECIAL.exec(pattern) ?? [];
  if (special === undefined) return undefined;
  return (
    `has ${JSON.stringify(special)}: a pattern is one label, in which only * is special. ` +
    "Give several patterns one by one, and write * for this character of a label"
  );
}

/** Characters that stand for something in other kinds of patterns and lists. Whoever writes one expects that here. */
const NOT_SPECIAL = /[,?[\]{}|]/;

/**
 * Returns true if a label matches one of the patterns. In a pattern, `*` stands for any characters, and everything else for
 * itself.
 * @example
 * ```ts
 * matchesLabel(["billing-*"], "billing-invoice"); // => true
 * matchesLabel(["billing-*"], "Billing-invoice"); // => false
 * ```
 */
export function matchesLabel(patterns: readonly string[], label: string): boolean {
  return patterns.some((pattern) => matches(pattern, label));
}

/** Takes the leftmost place for each part, which never has to be undone: linear in the length of both. */
function matches(pattern: string, label: string): boolean {
  const parts = pattern.split("*");
  const first = parts.shift() ?? "";
  const last = parts.pop();
  if (last === undefined) return label === pattern;
  if (!label.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = label.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return label.length - last.length >= at && label.endsWith(last);
}
