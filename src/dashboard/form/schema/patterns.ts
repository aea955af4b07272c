/** The longest text that is matched here. The browser's own engine backtracks, and the server checks longer ones. */
const MAX_LENGTH = 2_000;

/** Returns true if a text matches the pattern of a schema, or if that can't be found out here. */
export function testPattern(pattern: string, text: string): boolean {
  if (text.length > MAX_LENGTH) return true;
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true; // The server knows whether the pattern is valid.
  }
}
