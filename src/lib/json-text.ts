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

/** Why a text is not acceptable JSON, and where. */
export interface JsonFault {
  message: string;
  /** Index into the text, from 0. */
  offset: number;
}

/**
 * Maximum nesting of JSON that Ratchet accepts at any door. Later code recurses, so there must be a limit.
 */
export const MAX_JSON_DEPTH = 500;

/** Numbers with up to this many characters cannot exceed the largest number, so they are not checked. */
const SHORT_NUMBER = 4;

const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /["\\/bfnrt]|u[\da-fA-F]{4}/y;

/** The containers that are open: the names so far for an object, `undefined` for a list. */
type OpenContainers = (Set<string> | undefined)[];

/** In place of an index: the text has ended as it should. */
const END = -1;

/**
 * Finds the first reason why a text is not strict JSON (RFC 8259): a syntax error, an object with a duplicate name (of
 * which `JSON.parse` would silently drop one), a number out of range (which `JSON.parse` would turn into infinity), or
 * nesting deeper than `maxDepth`. Not recursive, so that no depth can overflow the stack.
 * @returns `undefined` if `JSON.parse` reads the text without loss
 */
export function findJsonFault(text: string, maxDepth: number): JsonFault | undefined {
  const open: OpenContainers = [];
  let at = skipSpace(text, 0);
  for (;;) {
    const first = text.charCodeAt(at);
    if (first === OPEN_OBJECT || first === OPEN_LIST) {
      if (open.length >= maxDepth) return { message: `nested deeper than ${maxDepth} levels`, offset: at };
      at = skipSpace(text, at + 1);
      if (text.charCodeAt(at) === (first === OPEN_LIST ? CLOSE_LIST : CLOSE_OBJECT)) at++;
      else {
        const names = first === OPEN_OBJECT ? new Set<string>() : undefined;
        open.push(names);
        if (names !== undefined) {
          const value = memberValue(text, at, names);
          if (typeof value !== "number") return value;
          at = value;
        }
        continue;
      }
    } else {
      const end = first === QUOTE ? stringEnd(text, at) : literalEnd(text, at);
      if (typeof end !== "number") return end;
      at = end;
    }
    const next = nextValue(text, at, open);
    if (next === END) return undefined;
    if (typeof next !== "number") return next;
    at = next;
  }
}

/** Closes the containers that end after a value. @returns the index of the next value, or {@link END} */
function nextValue(text: string, from: number, open: OpenContainers): number | JsonFault {
  for (let at = skipSpace(text, from); ; at = skipSpace(text, at + 1)) {
    if (open.length === 0) return at === text.length ? END : fault(text, at, "the end");
    const names = open[open.length - 1];
    const code = text.charCodeAt(at);
    if (code === COMMA) {
      const next = skipSpace(text, at + 1);
      return names === undefined ? next : memberValue(text, next, names);
    }
    if (code !== (names === undefined ? CLOSE_LIST : CLOSE_OBJECT)) {
      return fault(text, at, names === undefined ? '"," or "]"' : '"," or "}"');
    }
    open.pop();
  }
}

/** Reads `"name":`. @returns the index of the value */
function memberValue(text: string, start: number, names: Set<string>): number | JsonFault {
  if (text.charCodeAt(start) !== QUOTE) return fault(text, start, "a name in double quotes");
  const end = stringEnd(text, start);
  if (typeof end !== "number") return end;
  const raw = text.slice(start, end);
  const name = raw.includes("\\") ? String(JSON.parse(raw)) : raw.slice(1, -1);
  if (names.has(name)) {
    const shown = raw.length > 60 ? `${raw.slice(0, 60)}..."` : raw;
    return { message: `the name ${shown} occurs twice in the same object`, offset: start };
  }
  names.add(name);
  const colon = skipSpace(text, end);
  return text.charCodeAt(colon) === COLON ? skipSpace(text, colon + 1) : fault(text, colon, '":"');
}

/** Returns the index after a number, true, false or null. */
function literalEnd(text: string, start: number): number | JsonFault {
  LITERAL.lastIndex = start;
  if (!LITERAL.test(text)) return fault(text, start, "a value");
  const end = LITERAL.lastIndex;
  if (end - start <= SHORT_NUMBER || !isBeyondRange(text, start, end)) return end;
  const number = text.slice(start, Math.min(end, start + 60));
  return { message: `the number ${number} is beyond 1.8e308, the largest possible`, offset: start };
}

/** Returns line and column of an offset. Both start at 1, and the column is in UTF-16 units. */
export function linePosition(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Returns true for a number out of range, and false for any other literal. */
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

/** Returns the index after the closing quote. */
function stringEnd(text: string, start: number): number | JsonFault {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < SPACE)
      return { message: "a control character in a string; write it as an escape such as \\n", offset: at };
    if (code !== BACKSLASH) continue;
    ESCAPE.lastIndex = at + 1;
    if (!ESCAPE.test(text)) return { message: "an escape that JSON does not allow", offset: at };
    at = ESCAPE.lastIndex - 1;
  }
  return { message: "a string without a closing quote", offset: start };
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
