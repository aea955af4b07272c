/** Control characters, also those that change the direction of what follows. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * Returns a text of one line without control characters, cut to a length: nothing in it can end a header or reorder what is
 * around it.
 * @param max in characters
 */
export function plainText(text: string, max: number): string {
  const line = text.toWellFormed().replace(CONTROL, " ").trim();
  if (line.length <= max) return line;
  // Half of a surrogate pair must not stay.
  return `${line.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
