/** Stands for `import.meta` in a bundle, which is a script and may not have it. */
export const IMPORT_META = "ratchet$meta";

/** A source in a form that every parser takes, with the lines where they were. */
export interface PreparedSource {
  text: string;
  /** Where characters were put in that the author did not write, so that columns can be set right. */
  inserted?: { offset: number; length: number };
}

/**
 * Turns `#!` lines into comments, and a bare `function (input) {...}`, which is no statement, into an expression by
 * `0,` before it. Not by parentheses: those would need the function's end, and before a line without semicolon they
 * would turn it into a call.
 */
export function prepareSource(source: string): PreparedSource {
  const text = source.startsWith("#!") ? `//${source.slice(2)}` : source;
  const offset = skipDirectives(text);
  if (!startsWithNamelessFunction(text, offset)) return { text };
  return { text: `${text.slice(0, offset)}0,${text.slice(offset)}`, inserted: { offset, length: 2 } };
}

/** Whether the program begins with a directive `"use strict"`. */
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
  // `<` begins the type parameters of a TypeScript function.
  return text[at] === "(" || text[at] === "<";
}

/** The end of comments, spaces and strings that stand alone, which may be directives such as "use strict". */
function skipDirectives(text: string): number {
  let at = skipTrivia(text, 0);
  for (;;) {
    const end = stringEnd(text, at);
    if (end === undefined) return at;
    at = skipTrivia(text, end);
    if (text[at] === ";") at = skipTrivia(text, at + 1);
  }
}

/** Index after a string literal that starts here, `undefined` when none does or it never ends. */
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

/** Index of the first character that is neither space nor comment. */
export function skipTrivia(text: string, start: number): number {
  let at = start;
  for (;;) {
    // \s is the language's white space and line terminators, the byte order mark included.
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
