import { defineGlobal } from "./globals.ts";

type HeadersInput = Headers | Iterable<[string, string]> | Record<string, unknown> | undefined;

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const entriesOf = new WeakMap<object, [name: string, value: string][]>();

/** https://fetch.spec.whatwg.org/#headers-class. The headers of a response can also be read as properties. */
export class Headers {
  constructor(init?: HeadersInput) {
    entriesOf.set(this, []);
    if (init === undefined || init === null) return;
    if (init instanceof Headers) {
      for (const [name, value] of rawEntries(init)) this.append(name, value);
    } else if (Symbol.iterator in init) {
      for (const pair of init as Iterable<Iterable<unknown>>) {
        const both = [...pair];
        if (both.length !== 2) throw new TypeError("each header must be a pair of name and value");
        this.append(both[0], both[1]);
      }
    } else {
      for (const name of Object.keys(init)) this.append(name, (init as Record<string, unknown>)[name]);
    }
  }

  append(name: unknown, value: unknown): void {
    rawEntries(this).push([headerName(name), headerValue(value)]);
  }

  delete(name: unknown): void {
    const wanted = headerName(name);
    entriesOf.set(
      this,
      rawEntries(this).filter(([present]) => present !== wanted),
    );
  }

  get(name: unknown): string | null {
    const wanted = headerName(name);
    const values = rawEntries(this).filter(([present]) => present === wanted);
    return values.length === 0 ? null : values.map(([, value]) => value).join(", ");
  }

  getSetCookie(): string[] {
    return rawEntries(this).flatMap(([name, value]) => (name === "set-cookie" ? [value] : []));
  }

  has(name: unknown): boolean {
    const wanted = headerName(name);
    return rawEntries(this).some(([present]) => present === wanted);
  }

  set(name: unknown, value: unknown): void {
    const wanted = headerName(name);
    const text = headerValue(value);
    this.delete(wanted);
    rawEntries(this).push([wanted, text]);
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: unknown): void {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, string]> {
    const names = [...new Set(rawEntries(this).map(([name]) => name))].sort();
    for (const name of names) {
      if (name === "set-cookie") for (const cookie of this.getSetCookie()) yield [name, cookie];
      else yield [name, this.get(name) ?? ""];
    }
  }

  *keys(): Generator<string> {
    for (const [name] of this) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this) yield value;
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "Headers";
  }

  /** Returns a plain object, so that headers can be part of an output. */
  toJSON(): Record<string, string> {
    return Object.fromEntries(this);
  }
}

/** Creates the headers of a response: a Headers object whose headers are also properties (`r.headers["etag"]`). */
export function responseHeaders(entries: [string, string][]): Headers {
  const headers = new Headers(entries);
  for (const [name, value] of headers) {
    if (name in headers) continue;
    Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return headers;
}

/** Returns names in lower case and values, in the order in which they were added. */
export function rawEntries(headers: Headers): [name: string, value: string][] {
  const entries = entriesOf.get(headers);
  if (entries === undefined) throw new TypeError("not a Headers object");
  return entries;
}

function headerName(name: unknown): string {
  const text = String(name);
  if (!NAME.test(text)) throw new TypeError(`invalid header name ${JSON.stringify(text)}`);
  return text.toLowerCase();
}

function headerValue(value: unknown): string {
  const given = String(value);
  let start = 0;
  let end = given.length;
  while (start < end && isSpace(given.charCodeAt(start))) start += 1;
  while (start < end && isSpace(given.charCodeAt(end - 1))) end -= 1;
  const text = given.slice(start, end);
  if (/[\0\n\r]/.test(text)) throw new TypeError("a header value can't contain a line break");
  if (/[^\0-\xff]/.test(text)) throw new TypeError("a header value can only contain characters up to U+00FF");
  return text;
}

function isSpace(code: number): boolean {
  return code === 9 || code === 10 || code === 13 || code === 32;
}

/** Defines Headers. */
export function installHeaders(): void {
  defineGlobal("Headers", Headers);
}
