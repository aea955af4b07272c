import { skipTrivia } from "./prepare-source.ts";

/** A word, a number, a literal, or a single character. */
export interface Token {
  start: number;
  text: string;
}

/**
 * Splits a source into tokens, as well as that works without a parser. Comments are skipped; strings, templates and
 * regular expressions stay whole. The preceding token tells if a `/` divides, which is nearly always right.
 */
export function* tokens(text: string): Generator<Token> {
  let before = ";";
  for (let at = skipTrivia(text, 0); at < text.length; ) {
    const end = tokenEnd(text, at, before);
    yield { start: at, text: text.slice(at, end) };
    before = text[end - 1] ?? "";
    at = skipTrivia(text, end);
  }
}

/** @param before last character of the previous token: after a value `/` divides, otherwise it starts a regex */
function tokenEnd(text: string, at: number, before: string): number {
  const rest = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0].length ?? 1;
  };
  const first = text[at] ?? "";
  if (first === '"' || first === "'") return at + rest(/(["'])(?:\\[\s\S]|(?!\1)[^\\\n])*\1/y);
  if (first === "`") return templateEnd(text, at);
  if (first === "/" && !/[\w$)\]"'`]/.test(before))
    return at + rest(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y);
  return at + rest(/[\w$]+|./y);
}

/** Returns the end of a template literal. Its `${}` may contain further template literals. */
function templateEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "`") return at + 1;
    else if (text.startsWith("${", at)) at = substitutionEnd(text, at + 2) - 1;
  }
  return text.length;
}

function substitutionEnd(text: string, start: number): number {
  let depth = 1;
  let before = "{";
  for (let at = skipTrivia(text, start); at < text.length; ) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth -= 1;
    const end = tokenEnd(text, at, before);
    if (depth === 0) return end;
    before = text[end - 1] ?? "";
    at = skipTrivia(text, end);
  }
  return text.length;
}
