/** Replaces `import.meta` in a bundle, which is a script and must not contain it. */
export const IMPORT_META = "ratchet$meta";

/** A source in a form that all parsers accept, with unchanged line numbers. */
export interface PreparedSource {
  text: string;
  /** Position of inserted characters that the author did not write, to correct column numbers. */
  inserted?: { offset: number; length: number };
}

/**
 * Turns a `#!` line into a comment, and a bare `function (input) {...}`, which is not a valid statement, into an
 * expression by inserting `0,` before it. Parentheses would not do: they require the end of the function, and after a
 * line without a semicolon they would turn it into a call.
 */
export function prepareSource(source: string): PreparedSource {
  const text = source.startsWith("#!") ? `//${source.slice(2)}` : source;
  const offset = skipDirectives(text);
  if (!startsWithNamelessFunction(text, offset)) return { text };
  return { text: `${text.slice(0, offset)}0,${text.slice(offset)}`, inserted: { offset, length: 2 } };
}

/** Returns true if the program starts with a `"use strict"` directive. */
export function isStrict(text: string): boolean {
  const start = skipTrivia(text, 0);
  return /^(?:"use strict"|'use strict')\s*(?:;|$|\n|\r)/.test(text.slice(start, start + 40));
}

function startsWithNamelessFunction(text: string, start: number): boolean {
  let at = start;
  if (word(text, at) === "async") at = skipTrivia(text, at + 5);
  if (word(text, at) !== "function") return false;
  at = skipTrivia(text, at + 8);
  if (text[at] === "*") at = skipTrivia(text, at + 1);
  // `<` starts the type parameters of a TypeScript function.
  return text[at] === "(" || text[at] === "<";
}

/** Returns the end of leading comments, spaces and standalone strings, which may be directives such as "use strict". */
function skipDirectives(text: string): number {
  let at = skipTrivia(text, 0);
  for (;;) {
    const end = stringEnd(text, at);
    if (end === undefined) return at;
    at = skipTrivia(text, end);
    if (text[at] === ";") at = skipTrivia(text, at + 1);
  }
}

/** Returns the index after the string literal at `start`, `undefined` if no literal starts there or it is not terminated. */
function stringEnd(text: string, start: number): number | undefined {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") return undefined;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === "\n") return undefined;
  }
  return undefined;
}

/** Returns the index of the first character that is neither white space nor part of a comment. */
export function skipTrivia(text: string, start: number): number {
  let at = start;
  for (;;) {
    // \s matches the white space and line terminators of the language, including the byte order mark.
    while (at < text.length && /\s/.test(text[at] ?? "")) at++;
    if (text.startsWith("//", at)) at = lineEnd(text, at);
    else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end === -1) return text.length;
      at = end + 2;
    } else return at;
  }
}

function lineEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at++) if (/[\n\r\u2028\u2029]/.test(text[at] ?? "")) return at;
  return text.length;
}

function word(text: string, at: number): string {
  return /^[\w$]+/.exec(text.slice(at, at + 16))?.[0] ?? "";
}
