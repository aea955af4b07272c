import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { pointerStep } from "../json-file.ts";
import type { Token } from "../program/tokens.ts";
import { decodeLiteral, numberAt } from "./literal.ts";

/** A constant of a program. */
export interface Constant {
  value: JsonValue;
  /** Offsets of the value and all values inside it, by JSON pointer. */
  offsets: ReadonlyMap<string, number>;
}

/** What the reader needs to know about a program. */
export interface ConstantSource {
  text: string;
  tokens: readonly Token[];
  /** Returns the index of the token where the value of a constant of the program begins. */
  initializer(name: string): number | undefined;
}

/** Maximum depth of values, and of constants that are defined by others. */
const MAX_DEPTH = 200;
/** What the references to constants may add to what is written out, in values and characters: a few of them can stand for billions. */
const MAX_REFERENCED = 250_000;

/** The position of the reader. */
interface Reader extends ConstantSource {
  at: number;
  depth: number;
  /** How much may still be read, in values and characters. It is negative if there was more. */
  left: number;
  offsets: Map<string, number>;
}

/**
 * Reads a value that is written out in a program: literals, objects, lists, other constants of the program, `...`, `+`
 * between strings, and what TypeScript adds (`as const`, `satisfies`). No code runs for it.
 * @param start index of its first token
 * @returns the value, or the offset of the first thing that is not constant, or with which the value becomes too large
 */
export function readConstant(
  source: ConstantSource,
  start: number,
): Constant | { offset: number; isTooLarge: boolean } {
  const left = 2 * source.text.length + MAX_REFERENCED;
  const reader: Reader = { ...source, at: start, depth: 0, left, offsets: new Map() };
  const value = readValue(reader, "");
  if (value !== undefined && endsStatement(reader)) return { value, offsets: reader.offsets };
  return { offset: reader.tokens[reader.at]?.start ?? source.text.length, isTooLarge: reader.left < 0 };
}

function tokenAt({ tokens }: Reader, at: number): string {
  return tokens[at]?.text ?? "";
}

/** Returns true if the next token can't continue the expression. */
function endsStatement(reader: Reader): boolean {
  const next = reader.tokens[reader.at];
  if (next === undefined || next.text === ";") return true;
  const last = reader.tokens[reader.at - 1];
  const end = last === undefined ? 0 : last.start + last.text.length;
  return reader.text.slice(end, next.start).includes("\n") && /^[\w$@]/.test(next.text);
}

/** Reads a value with what may follow it. Returns undefined if it isn't constant. */
function readValue(reader: Reader, pointer: string): JsonValue | undefined {
  reader.left--;
  if (reader.depth >= MAX_DEPTH || reader.left < 0) return undefined;
  reader.depth++;
  reader.offsets.set(pointer, reader.tokens[reader.at]?.start ?? 0);
  let value = readOperand(reader, pointer);
  skipTypes(reader);
  while (typeof value === "string" && tokenAt(reader, reader.at) === "+") {
    reader.at++;
    const next = readOperand(reader, pointer);
    value = typeof next === "string" || typeof next === "number" ? `${value}${next}` : undefined;
    reader.left -= typeof next === "string" ? next.length : 0;
    if (reader.left < 0) return undefined;
    skipTypes(reader);
  }
  reader.depth--;
  return value;
}

function readOperand(reader: Reader, pointer: string): JsonValue | undefined {
  const token = tokenAt(reader, reader.at);
  if (token === "{") return readObject(reader, pointer);
  if (token === "[") return readList(reader, pointer);
  if (token === "(") {
    reader.at++;
    const value = readValue(reader, pointer);
    return value !== undefined && take(reader, ")") ? value : undefined;
  }
  if (token === "-" || token === "+") {
    reader.at++;
    const value = readNumber(reader);
    return value === undefined || token === "+" ? value : -value;
  }
  if (/^["'`]/.test(token)) {
    const text = decodeLiteral(token);
    if (text !== undefined) reader.at++;
    return text;
  }
  if (/^[\d.]/.test(token)) return readNumber(reader);
  return readWord(reader, token, pointer);
}

function readWord(reader: Reader, word: string, pointer: string): JsonValue | undefined {
  if (word === "true" || word === "false" || word === "null") {
    reader.at++;
    return word === "null" ? null : word === "true";
  }
  // `Object.freeze(value)` is the value.
  if (word === "Object" && tokenAt(reader, reader.at + 2) === "freeze" && tokenAt(reader, reader.at + 3) === "(") {
    reader.at += 4;
    const value = readValue(reader, pointer);
    return value !== undefined && take(reader, ")") ? value : undefined;
  }
  const start = reader.initializer(word);
  if (start === undefined) return undefined;
  const after = reader.at + 1;
  reader.at = start;
  let value = readValue(reader, pointer);
  if (value === undefined) return undefined;
  reader.at = after;
  while (tokenAt(reader, reader.at) === "." && value !== undefined) {
    const name: string = tokenAt(reader, reader.at + 1);
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (value !== undefined) reader.at += 2;
  }
  return value;
}

function readNumber(reader: Reader): number | undefined {
  const number = numberAt(reader.text, reader.tokens[reader.at]?.start ?? 0);
  if (number === undefined) return undefined;
  while ((reader.tokens[reader.at]?.start ?? Number.POSITIVE_INFINITY) < number.end) reader.at++;
  return number.value;
}

function readList(reader: Reader, pointer: string): JsonValue | undefined {
  reader.at++;
  const list: JsonValue[] = [];
  while (!take(reader, "]")) {
    const spread = takeSpread(reader);
    const value = readValue(reader, `${pointer}/${list.length}`);
    if (value === undefined || (spread && !Array.isArray(value))) return undefined;
    if (spread && Array.isArray(value)) for (const one of value) list.push(one);
    else list.push(value);
    if (!take(reader, ",") && tokenAt(reader, reader.at) !== "]") return undefined;
  }
  return list;
}

function readObject(reader: Reader, pointer: string): JsonValue | undefined {
  reader.at++;
  const object: JsonObject = {};
  while (!take(reader, "}")) {
    if (takeSpread(reader)) {
      const value = readValue(reader, pointer);
      if (!isObject(value)) return undefined;
      for (const [name, inner] of Object.entries(value)) define(object, name, inner);
    } else {
      const name = readName(reader);
      if (name === undefined) return undefined;
      // `{ name }` stands for `{ name: name }`.
      const isShort = /^[,}]$/.test(tokenAt(reader, reader.at));
      if (isShort) reader.at--;
      else if (!take(reader, ":")) return undefined;
      const value = readValue(reader, pointer + pointerStep(name));
      // `__proto__: value` sets the prototype.
      if (value === undefined || (name === "__proto__" && !isShort)) return undefined;
      define(object, name, value);
    }
    if (!take(reader, ",") && tokenAt(reader, reader.at) !== "}") return undefined;
  }
  return object;
}

/** Sets an own property, whatever its name. */
function define(object: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

function readName(reader: Reader): string | undefined {
  const token = tokenAt(reader, reader.at);
  if (/^["']/.test(token) || /^[A-Za-z_$][\w$]*$/.test(token)) {
    reader.at++;
    return token.startsWith('"') || token.startsWith("'") ? decodeLiteral(token) : token;
  }
  if (token === "[") {
    reader.at++;
    const name = readOperand(reader, "");
    return typeof name === "string" && take(reader, "]") ? name : undefined;
  }
  const number = readNumber(reader);
  return number === undefined ? undefined : String(number);
}

function take(reader: Reader, token: string): boolean {
  if (tokenAt(reader, reader.at) !== token) return false;
  reader.at++;
  return true;
}

function takeSpread(reader: Reader): boolean {
  if (![0, 1, 2].every((step) => tokenAt(reader, reader.at + step) === ".")) return false;
  reader.at += 3;
  return true;
}

/** Skips `as const`, `as Type` and `satisfies Type`. */
function skipTypes(reader: Reader): void {
  while (tokenAt(reader, reader.at) === "as" || tokenAt(reader, reader.at) === "satisfies") {
    reader.at++;
    skipType(reader);
  }
}

function skipType(reader: Reader): void {
  for (;;) {
    const token = tokenAt(reader, reader.at);
    if (/^[({[]$/.test(token)) skipBrackets(reader);
    else reader.at++;
    while (/^[.[<]$/.test(tokenAt(reader, reader.at))) {
      if (tokenAt(reader, reader.at) === ".") reader.at += 2;
      else skipBrackets(reader);
    }
    if (!/^[|&]$/.test(tokenAt(reader, reader.at))) return;
    reader.at++;
  }
}

/** Skips a bracket and everything up to the one that closes it. */
function skipBrackets(reader: Reader): void {
  let depth = 0;
  do {
    const token = tokenAt(reader, reader.at);
    if (/^[([{<]$/.test(token)) depth++;
    else if (/^[)\]}>]$/.test(token)) depth--;
    reader.at++;
  } while (depth > 0 && reader.at < reader.tokens.length);
}
