import { RatchetError } from "../../../domain/errors.ts";

const LINE = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/**
 * Reads a file of lines `NAME=value`. Blank lines and lines that start with # are skipped, and `export` before a name is
 * accepted. A value in double quotes may contain \n, \r, \t, \" and \\; one in single quotes stays as it is. Outside
 * quotes, a comment begins at a # after a space. Nothing is substituted.
 * @param file its name in messages
 * @throws {RatchetError} CONFIG_INVALID with the line, which is not repeated in the message because it may hold a secret
 * @example
 * ```ts
 * readEnvFile("A=1\nB='two # 2' # note\n", ".env"); // => new Map([["A", "1"], ["B", "two # 2"]])
 * ```
 */
export function readEnvFile(text: string, file: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, name, written] = LINE.exec(line) ?? [];
    const value = written === undefined ? undefined : valueIn(written);
    if (name === undefined || value === undefined) {
      throw new RatchetError("CONFIG_INVALID", `${file}:${index + 1}: the line is not NAME=value.`, {
        remedy: 'Write NAME=value, or NAME="value" in quotes.',
        data: { file, line: index + 1 },
      });
    }
    values.set(name, value);
  }
  return values;
}

function valueIn(written: string): string | undefined {
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(written)?.[1];
  if (single !== undefined) return single;
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(written)?.[1];
  if (double !== undefined) return double.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  if (/^["']/.test(written)) return undefined;
  return written.replace(/\s+#.*$/, "");
}
