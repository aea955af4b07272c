import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  LINE_FEED,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
} from "./json-characters.ts";

/** Position of a value in a JSON text: from its first character to the one after its last. */
export interface Span {
  start: number;
  end: number;
}

/** A member of an object. */
export interface MemberSpan extends Span {
  name: string;
}

/** Returns the span of a text's value. All functions here require texts that are known to be JSON. */
export function rootSpan(text: string): Span {
  const start = skipSpace(text, 0);
  return { start, end: valueEnd(text, start) };
}

/** Determines if the value at an index is an object, a list, or neither. */
export function containerAt(text: string, start: number): "object" | "list" | undefined {
  const code = text.charCodeAt(start);
  return code === OPEN_OBJECT ? "object" : code === OPEN_LIST ? "list" : undefined;
}

/** Yields the items of the list that starts at an index, in order. */
export function* listItems(text: string, listStart: number): Generator<Span> {
  let start = skipSpace(text, listStart + 1);
  while (text.charCodeAt(start) !== CLOSE_LIST) {
    const end = valueEnd(text, start);
    yield { start, end };
    start = nextPart(text, end);
  }
}

/** Yields the members of the object that starts at an index, in order. */
export function* objectMembers(text: string, objectStart: number): Generator<MemberSpan> {
  let nameStart = skipSpace(text, objectStart + 1);
  while (text.charCodeAt(nameStart) !== CLOSE_OBJECT) {
    const nameEnd = stringEnd(text, nameStart);
    const name = JSON.parse(text.slice(nameStart, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = valueEnd(text, start);
    yield { name, start, end };
    nameStart = nextPart(text, end);
  }
}

/** Returns the index after the comma that follows a value, or that of the closing bracket. */
function nextPart(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : at;
}

function skipSpace(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return at;
  }
}

function valueEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return stringEnd(text, start);
  if (first === OPEN_OBJECT || first === OPEN_LIST) return containerEnd(text, start);
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A number or a word ends at a comma, a closing bracket or white space.
    if (code === COMMA || code === CLOSE_LIST || code === CLOSE_OBJECT || code <= SPACE) break;
  }
  return at;
}

function stringEnd(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0 || quote === -1) return quote + 1;
    from = quote + 1;
  }
}

function containerEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = stringEnd(text, at) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  return text.length;
}
