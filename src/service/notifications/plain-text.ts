/** Control characters, the ends of lines, and what changes the direction of what is around it (Unicode Annex 9, section 2). */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;

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
