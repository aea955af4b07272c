/** Longest text that is quoted in a message whole, UTF-16 units. */
const MAX_LENGTH = 60;

/** A text from a schema or value as messages quote it: a member's name may have a megabyte. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text);
}
