import { isObjectOrFunction, toDomString, toSequence } from "./webidl.ts";

const { getOwnPropertyDescriptor } = Object;
const { ownKeys } = Reflect;

/** https://webidl.spec.whatwg.org/#js-USVString */
export function toUsvString(value: unknown, what: string): string {
  return toDomString(value, what).toWellFormed();
}

/** https://webidl.spec.whatwg.org/#js-ByteString */
export function toByteString(value: unknown, what: string): string {
  const text = toDomString(value, what);
  if (/[^\0-\xff]/.test(text)) throw new TypeError(`${what} can only contain characters up to U+00FF`);
  return text;
}

/**
 * Converts what an interface of pairs is constructed from: a sequence of pairs, or a record of names and values
 * (https://webidl.spec.whatwg.org/#js-record). If a record has two names that are converted to the same one, the later value
 * counts.
 * @param convert converts a name or a value
 * @throws {TypeError} for anything else
 */
export function toPairs(
  given: unknown,
  convert: (value: unknown, what: string) => string,
  what: string,
): [name: string, value: string][] {
  if (!isObjectOrFunction(given)) throw new TypeError(`${what} must be an object or a sequence of pairs`);
  const method = given[Symbol.iterator];
  if (method !== undefined && method !== null) {
    if (typeof method !== "function") throw new TypeError(`${what} is not iterable`);
    // The method was read, and must not be read again.
    const once = { [Symbol.iterator]: () => method.call(given) as Iterator<unknown> };
    return toSequence(once, (pair) => toPair(pair, convert, what), what);
  }
  const record = new Map<string, string>();
  for (const key of ownKeys(given)) {
    if (getOwnPropertyDescriptor(given, key)?.enumerable !== true) continue;
    const name = convert(key, "a name");
    record.set(name, convert(given[key], "a value"));
  }
  return [...record];
}

function toPair(
  pair: unknown,
  convert: (value: unknown, what: string) => string,
  what: string,
): [name: string, value: string] {
  const both = toSequence(pair, (item) => item, `an item of ${what}`);
  if (both.length !== 2) throw new TypeError(`each item of ${what} must be a pair of name and value`);
  return [convert(both[0], "a name"), convert(both[1], "a value")];
}
