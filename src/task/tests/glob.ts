/** Tells whether a URL in a mock is a glob: it has a `*` that is not escaped. */
export function isGlob(url: string): boolean {
  return /(?<!\\)\*/.test(url);
}

/**
 * Turns a glob for URLs into a regular expression. `*` stands for any characters except `/`, `**` for any characters,
 * and `\*` for itself. A glob has to match up to the end of the URL. It starts at the beginning of the URL, or anywhere
 * if it has no scheme.
 */
export function globPattern(glob: string): string {
  const body = glob.replace(/\\\*|\*\*|\*|[\\^$.+?()[\]{}|/-]/g, (part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "\\*" ? "\\*" : `\\${part}`;
  });
  const anywhere = !/^(?:[a-z][a-z\d+.-]*:\/\/|\*)/i.test(glob);
  return `${anywhere ? "" : "^"}${body}$`;
}
