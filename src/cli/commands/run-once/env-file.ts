import { RatchetError } from "../../../domain/errors.ts";

/** A name with its equals sign, and what is before them. */
const NAME = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Reads a file of lines `NAME=value`. Blank lines and lines that start with # are skipped, and `export` before a name is
 * accepted. A value in double quotes may contain \n, \r, \t, \" and \\; one in single quotes stays as it is; both may
 * continue on further lines. Outside quotes, a comment begins at a # after a space. Nothing is substituted.
 * @param file its name in messages
 * @throws {RatchetError} CONFIG_INVALID with the line, which is not repeated in the message because it may hold a secret
 * @example
 * ```ts
 * readEnvFile("A=1\nB='two # 2' # note\n", ".env"); // => new Map([["A", "1"], ["B", "two # 2"]])
 * ```
 */
export function readEnvFile(text: string, file: string): Map<string, string> {
  const values = new Map<string, string>();
  const all = text.replaceAll("\r\n", "\n");
  let number = 1;
  for (let start = 0; start < all.length; ) {
    let end = lineEnd(all, start);
    const line = all.slice(start, end);
    if (!/^\s*(?:#|$)/.test(line)) {
      const [before, name] = NAME.exec(line) ?? [];
      if (before === undefined || name === undefined) throw invalid(file, number, "the line is not NAME=value");
      const from = start + before.length;
      const quote = all[from];
      if (quote === '"' || quote === "'") {
        const close = closingQuote(all, from, quote);
        if (close === -1) throw invalid(file, number, "a quote is not closed");
        end = lineEnd(all, close);
        if (!/^\s*(?:#.*)?$/.test(all.slice(close + 1, end))) {
          throw invalid(file, number, "there is something behind the closing quote");
        }
        values.set(name, unquoted(all.slice(from + 1, close), quote));
      } else {
        // The space before a comment may be the one after the equals sign.
        const written = line.slice(before.trimEnd().length);
        values.set(name, written.replace(/\s+#.*$/, "").trim());
      }
    }
    for (let at = start; at <= end; at++) if (all[at] === "\n") number++;
    start = end + 1;
  }
  return values;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** Returns the index of the quote that ends a value; -1 if it never ends. */
function closingQuote(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === quote) return at;
    if (quote === '"' && text[at] === "\\") at++;
  }
  return -1;
}

function unquoted(text: string, quote: string): string {
  if (quote === "'") return text;
  return text.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function invalid(file: string, line: number, what: string): RatchetError {
  return new RatchetError("CONFIG_INVALID", `${file}:${line}: ${what}.`, {
    remedy: 'Write NAME=value, or NAME="value" in quotes.',
    data: { file, line },
  });
}
