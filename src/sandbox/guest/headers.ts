import { defineGlobal } from "./globals.ts";
import { makePairIterable, needArguments, shapeInterface } from "./interface.ts";
import { toByteString, toPairs } from "./pairs.ts";

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

type Entry = [name: string, value: string];
/** May a header have this value? Without a value: may it be changed at all? Other changes are silently dropped. */
type Permission = (name: string, value: string | undefined) => boolean;

/** https://fetch.spec.whatwg.org/#headers-class */
export class Headers {
  /** Names in lower case, in the order in which they were added. */
  #entries: Entry[] = [];
  /** What an iteration yields, once it was needed. */
  #sorted: Entry[] | undefined;
  /** The headers belong to a response that came from elsewhere. */
  #immutable = false;
  #permits: Permission | undefined;

  constructor(init: unknown = undefined) {
    if (init === undefined) return;
    for (const [name, value] of toPairs(init, toByteString, "the headers")) {
      this.#entries.push([headerName(name), headerValue(value)]);
    }
  }

  append(...values: unknown[]): void {
    needArguments(values, 2, "Headers.append");
    const name = headerName(values[0]);
    const value = headerValue(values[1]);
    const entries = this.#change();
    if (this.#permits !== undefined) {
      // Only here, because it looks at all entries.
      const before = joinedValue(entries, name);
      if (!this.#permits(name, before === undefined ? value : `${before}, ${value}`)) return;
    }
    entries.push([name, value]);
  }

  delete(...values: unknown[]): void {
    needArguments(values, 1, "Headers.delete");
    const wanted = headerName(values[0]);
    if (this.#permits?.(wanted, undefined) === false) return;
    this.#entries = this.#change().filter(([present]) => present !== wanted);
  }

  get(...values: unknown[]): string | null {
    needArguments(values, 1, "Headers.get");
    return joinedValue(this.#entries, headerName(values[0])) ?? null;
  }

  getSetCookie(): string[] {
    return this.#entries.flatMap(([name, value]) => (name === "set-cookie" ? [value] : []));
  }

  has(...values: unknown[]): boolean {
    needArguments(values, 1, "Headers.has");
    const wanted = headerName(values[0]);
    return this.#entries.some(([present]) => present === wanted);
  }

  set(...values: unknown[]): void {
    needArguments(values, 2, "Headers.set");
    const wanted = headerName(values[0]);
    const value = headerValue(values[1]);
    const entries = this.#change();
    if (this.#permits?.(wanted, value) === false) return;
    const first = entries.findIndex(([present]) => present === wanted);
    if (first < 0) entries.push([wanted, value]);
    else
      this.#entries = entries.flatMap((entry, at) =>
        at === first ? [[wanted, value]] : entry[0] === wanted ? [] : [entry],
      );
  }

  /** Returns a plain object, so that headers can be part of an output. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(sortedEntries(this)) as Record<string, string>;
  }

  /** Not part of the public interface, like the three below: see {@link installHeaders}. */
  static raw(headers: Headers): Entry[] {
    return headers.#entries;
  }

  static make(entries: readonly Entry[], immutable: boolean): Headers {
    const headers = new Headers();
    for (const [name, value] of entries) headers.#entries.push([name.toLowerCase(), headerValue(value)]);
    headers.#immutable = immutable;
    return headers;
  }

  static restrict(headers: Headers, permits: Permission): void {
    headers.#permits = permits;
  }

  /** https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine */
  static sorted(headers: Headers): readonly Entry[] {
    if (headers.#sorted !== undefined) return headers.#sorted;
    const valuesByName = new Map<string, string[]>();
    for (const [name, value] of headers.#entries) {
      const values = valuesByName.get(name);
      if (values === undefined) valuesByName.set(name, [value]);
      else values.push(value);
    }
    headers.#sorted = [...valuesByName.keys()].sort().flatMap((name): Entry[] => {
      const values = valuesByName.get(name) ?? [];
      return name === "set-cookie" ? values.map((value) => [name, value]) : [[name, values.join(", ")]];
    });
    return headers.#sorted;
  }

  #change(): Entry[] {
    if (this.#immutable)
      throw new TypeError("the headers of this response can't be changed: copy them with new Headers()");
    this.#sorted = undefined;
    return this.#entries;
  }
}

/** Returns names in lower case and values, in the order in which they were added. */
export const rawEntries = Headers.raw;

/** Creates headers from names and values that are known to be valid. `immutable`: they can't be changed. */
export const makeHeaders = Headers.make;

/** Drops later changes that are not permitted: the guard "request-no-cors" of the standard. */
export const restrictHeaders = Headers.restrict;

/** Creates the headers of a response in the synchronous style: its headers are also properties (`r.headers["etag"]`). */
export function responseHeaders(entries: Entry[]): Headers {
  const headers = makeHeaders(entries, false);
  for (const [name, value] of sortedEntries(headers)) {
    if (name in headers) continue;
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return headers;
}

const sortedEntries = Headers.sorted;

function joinedValue(entries: readonly Entry[], wanted: string): string | undefined {
  const values = entries.filter(([present]) => present === wanted);
  return values.length === 0 ? undefined : values.map(([, value]) => value).join(", ");
}

function headerName(name: unknown): string {
  const text = toByteString(name, "a header name");
  if (!NAME.test(text)) throw new TypeError(`invalid header name ${JSON.stringify(text)}`);
  return text.toLowerCase();
}

function headerValue(value: unknown): string {
  const given = toByteString(value, "a header value");
  let start = 0;
  let end = given.length;
  while (start < end && isSpace(given.charCodeAt(start))) start += 1;
  while (start < end && isSpace(given.charCodeAt(end - 1))) end -= 1;
  const text = given.slice(start, end);
  if (/[\0\n\r]/.test(text)) throw new TypeError("a header value can't contain a line break");
  return text;
}

function isSpace(code: number): boolean {
  return code === 9 || code === 10 || code === 13 || code === 32;
}

/** Defines Headers. */
export function installHeaders(): void {
  for (const name of ["raw", "make", "restrict", "sorted"]) Reflect.deleteProperty(Headers, name);
  shapeInterface(Headers, "Headers", { append: 2, delete: 1, get: 1, has: 1, set: 2 });
  Object.defineProperty(Headers.prototype, "toJSON", { enumerable: false });
  makePairIterable(Headers, sortedEntries);
  defineGlobal("Headers", Headers);
}
