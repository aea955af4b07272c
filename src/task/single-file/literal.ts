/** One escape sequence of a string, or a line that continues (ECMA-262, section 12.9.4). */
const ESCAPE = /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[\s\S]))/g;

const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };

const LINE_END = /^[\r\n\u2028\u2029]/;

/**
 * Returns the text of a string literal, or of a template without substitutions.
 * @param literal with its quotes
 * @returns undefined if it is no such literal, or not complete
 */
export function decodeLiteral(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined;
  const inner = literal.slice(1, -1);
  if (quote === "`" && /(?:^|[^\\])(?:\\\\)*\$\{/.test(inner)) return undefined;
  let isValid = true;
  const text = inner.replace(ESCAPE, (_, ...parts: (string | undefined)[]) => {
    const [point, unit, byte, character = ""] = parts;
    const code = point ?? unit ?? byte;
    if (code !== undefined) {
      const value = Number.parseInt(code, 16);
      isValid &&= value <= 0x10ffff;
      return value <= 0x10ffff ? String.fromCodePoint(value) : "";
    }
    if (LINE_END.test(character)) return "";
    // `\1` to `\9` are errors in modules, and so is an incomplete `\x` or `\u`.
    isValid &&= !/^[1-9xu]$/.test(character);
    return CONTROLS[character] ?? character;
  });
  return isValid ? text : undefined;
}

const NUMBER = /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;

/** Returns the number literal at an offset of a text, and where it ends. A bigint is not a number. */
export function numberAt(text: string, offset: number): { value: number; end: number } | undefined {
  NUMBER.lastIndex = offset;
  const literal = NUMBER.exec(text)?.[0];
  if (literal === undefined || /^[\w$]/.test(text[offset + literal.length] ?? "")) return undefined;
  const value = Number(literal.replaceAll("_", ""));
  return Number.isFinite(value) ? { value, end: offset + literal.length } : undefined;
}
