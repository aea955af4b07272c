/**
 * Returns a text as a word of a shell's command line, in quotes if it needs them.
 * @example
 * ```ts
 * shellWord("tasks/addition"); // => "tasks/addition"
 * shellWord("my file.ts"); // => "'my file.ts'"
 * ```
 */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}_@%+=:,./-][\p{L}\p{N}_@%+=:,./#-]*$/u.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
