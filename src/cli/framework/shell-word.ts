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

/** Returns a path as a word of a command line, which is not taken for an option. */
export function shellPath(path: string): string {
  return shellWord(path.startsWith("-") && path !== "-" ? `./${path}` : path);
}
