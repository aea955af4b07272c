import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  LINE_FEED,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
} from "./json-characters.ts";
/** Why a text is not the JSON that is wanted, and where. */
export interface JsonFault {
  message: string;
  /** Index into the text, from 0. */
  offset: number;
}

/**
 * Deepest nesting of JSON that Ratchet takes, at every door. What reads it further recurses, so it has to have an end.
 */
export const MAX_JSON_DEPTH = 500;

/** Digits and exponents shorter than this can't be beyond the largest number, so the number is not looked at. */
const SHORT_NUMBER = 4;

const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /["\\/bfnrt]|u[\da-fA-F]{4}/y;

/**
 * Finds the first reason why a text is not strict JSON (RFC 8259): a mistake in its grammar, an object with the same
 * name twice (of which `JSON.parse` would silently drop one), a number beyond range (which `JSON.parse` would turn into
 * infinity), or nesting deeper than `maxDepth`. Does not recurse, so that no depth can overflow the stack.
 * @returns `undefined` when `JSON.parse` gives the text's whole meaning
 */
export function findJsonFault(text: string, maxDepth: number): JsonFault | undefined {
  /** Names so far for an object, `undefined` for a list. */
  const open: (Set<string> | undefined)[] = [];
  let at = skipSpace(text, 0);
  /** Reads `"name":` and leaves `at` at the value. */
  const readName = (names: Set<string>): JsonFault | undefined => {
    const start = at;
    if (text.charCodeAt(at) !== QUOTE) return fault(text, at, "a name in double quotes");
    const end = stringEnd(text, at);
    if (typeof end !== "number") return end;
    const raw = text.slice(start, end);
    const name = raw.includes("\\") ? String(JSON.parse(raw)) : raw.slice(1, -1);
    if (names.has(name)) {
      return {
        message: `the name ${raw.length > 60 ? `${raw.slice(0, 60)}..."` : raw} stands twice in one object`,
        offset: start,
      };
    }
    names.add(name);
    at = skipSpace(text, end);
    if (text.charCodeAt(at) !== COLON) return fault(text, at, '":"');
    at = skipSpace(text, at + 1);
    return undefined;
  };
  for (;;) {
    const first = text.charCodeAt(at);
    if (first === QUOTE) {
      const end = stringEnd(text, at);
      if (typeof end !== "number") return end;
      at = end;
    } else if (first === OPEN_OBJECT || first === OPEN_LIST) {
      if (open.length >= maxDepth) return { message: `nested deeper than ${maxDepth} levels`, offset: at };
      at = skipSpace(text, at + 1);
      if (text.charCodeAt(at) === (first === OPEN_LIST ? CLOSE_LIST : CLOSE_OBJECT)) {
        at++;
      } else {
        const names = first === OPEN_OBJECT ? new Set<string>() : undefined;
        open.push(names);
        const wrong = names === undefined ? undefined : readName(names);
        if (wrong !== undefined) return wrong;
        continue;
      }
    } else {
      LITERAL.lastIndex = at;
      if (!LITERAL.test(text)) return fault(text, at, "a value");
      const end = LITERAL.lastIndex;
      if (end - at > SHORT_NUMBER && isBeyondRange(text, at, end)) {
        const number = text.slice(at, Math.min(end, at + 60));
        return { message: `${number} is a number beyond 1.8e308, the largest there is`, offset: at };
      }
      at = end;
    }
    // A value has ended: close what ends with it, up to the next value.
    for (;;) {
      at = skipSpace(text, at);
      if (open.length === 0) return at === text.length ? undefined : fault(text, at, "the end");
      const names = open[open.length - 1];
      const next = text.charCodeAt(at);
      if (next === COMMA) {
        at = skipSpace(text, at + 1);
        const wrong = names === undefined ? undefined : readName(names);
        if (wrong !== undefined) return wrong;
        break;
      }
      if (next !== (names === undefined ? CLOSE_LIST : CLOSE_OBJECT)) {
        return fault(text, at, names === undefined ? '"," or "]"' : '"," or "}"');
      }
      open.pop();
      at++;
    }
  }
}

/** Line and column (both from 1, the column in UTF-16 units) of an offset. */
export function linePosition(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** A literal that is no number is not: NaN is not infinite. */
function isBeyondRange(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  if (first === LETTER_T || first === LETTER_F || first === LETTER_N) return false;
  return !Number.isFinite(Number(text.slice(start, end)));
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return at;
    at++;
  }
}

/** Index after the closing quote. */
function stringEnd(text: string, start: number): number | JsonFault {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < SPACE)
      return { message: "a control character in a text; write it as an escape such as \\n", offset: at };
    if (code !== BACKSLASH) continue;
    ESCAPE.lastIndex = at + 1;
    if (!ESCAPE.test(text)) return { message: "an escape that JSON does not have", offset: at };
    at = ESCAPE.lastIndex - 1;
  }
  return { message: "a text without its closing quote", offset: start };
}

function fault(text: string, offset: number, expected: string): JsonFault {
  const code = text.codePointAt(offset);
  const found = code === undefined ? "the text ends" : JSON.stringify(String.fromCodePoint(code));
  return {
    message:
      code === undefined ? `${found} where ${expected} is expected` : `${found} found where ${expected} is expected`,
    offset,
  };
}
