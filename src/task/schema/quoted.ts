/** Maximum length of strings that messages quote in full, in UTF-16 units. */
const MAX_LENGTH = 60;

/** Quotes a string of a schema or value for a message, and shortens it: a member's name may have a megabyte. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text);
}
