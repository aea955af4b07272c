import { OPERATION } from "../host-operations.ts";
import { encodeUtf8 } from "./encoding.ts";
import { host } from "./host.ts";

type ParamsInput = string | Iterable<[string, string]> | Record<string, unknown> | undefined;

/** https://url.spec.whatwg.org/#interface-urlsearchparams */
export class URLSearchParams {
  #list: [name: string, value: string][] = [];
  #changed: ((query: string) => void) | undefined;

  constructor(init?: ParamsInput) {
    if (init === undefined || init === null) return;
    if (typeof init === "object" && Symbol.iterator in init) {
      for (const pair of init as Iterable<Iterable<unknown>>) {
        const both = [...pair];
        if (both.length !== 2) throw new TypeError("each parameter must be a pair of name and value");
        this.#list.push([wellFormed(both[0]), wellFormed(both[1])]);
      }
    } else if (typeof init === "object") {
      for (const name of Object.keys(init)) {
        this.#list.push([wellFormed(name), wellFormed((init as Record<string, unknown>)[name])]);
      }
    } else {
      this.#list = parseQuery(wellFormed(init).replace(/^\?/, ""));
    }
  }

  /** Creates the parameters of a URL. `changed` is called after every change. */
  static boundTo(query: string, changed: (query: string) => void): URLSearchParams {
    const params = new URLSearchParams(query);
    params.#changed = changed;
    return params;
  }

  /** Reads the query of the URL again after the URL was changed. */
  reload(query: string): void {
    this.#list = parseQuery(query.replace(/^\?/, ""));
  }

  get size(): number {
    return this.#list.length;
  }

  append(name: unknown, value: unknown): void {
    this.#list.push([wellFormed(name), wellFormed(value)]);
    this.#tell();
  }

  delete(name: unknown, value?: unknown): void {
    this.#list = this.#list.filter((pair) => !matches(pair, name, value));
    this.#tell();
  }

  get(name: unknown): string | null {
    return this.#list.find((pair) => matches(pair, name, undefined))?.[1] ?? null;
  }

  getAll(name: unknown): string[] {
    return this.#list.filter((pair) => matches(pair, name, undefined)).map(([, value]) => value);
  }

  has(name: unknown, value?: unknown): boolean {
    return this.#list.some((pair) => matches(pair, name, value));
  }

  set(name: unknown, value: unknown): void {
    const at = this.#list.findIndex((pair) => matches(pair, name, undefined));
    if (at < 0) return this.append(name, value);
    const rest = this.#list.slice(at + 1).filter((pair) => !matches(pair, name, undefined));
    this.#list = [...this.#list.slice(0, at), [wellFormed(name), wellFormed(value)], ...rest];
    this.#tell();
  }

  sort(): void {
    this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#tell();
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, self?: unknown): void {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  *entries(): Generator<[string, string]> {
    for (let i = 0; i < this.#list.length; i++) {
      const pair = this.#list[i];
      if (pair !== undefined) yield [pair[0], pair[1]];
    }
  }

  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }

  toString(): string {
    return this.#list.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&");
  }

  #tell(): void {
    this.#changed?.(this.toString());
  }
}

function matches([present, its]: [string, string], name: unknown, value: unknown): boolean {
  return present === String(name) && (value === undefined || its === String(value));
}

function wellFormed(value: unknown): string {
  return String(value).toWellFormed();
}

/** https://url.spec.whatwg.org/#concept-urlencoded-parser */
function parseQuery(query: string): [string, string][] {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals < 0
        ? [decodeForm(part), ""]
        : [decodeForm(part.slice(0, equals)), decodeForm(part.slice(equals + 1))];
    });
}

/** Percent-decodes bytes. Unlike decodeURIComponent, it accepts malformed input. */
function decodeForm(text: string): string {
  const spaced = text.replace(/\+/g, " ");
  if (!spaced.includes("%")) return spaced;
  const bytes: number[] = [];
  const encoded = encodeUtf8(spaced);
  for (let i = 0; i < encoded.length; i++) {
    const byte = encoded[i] ?? 0;
    const hex = byte === 0x25 ? String.fromCharCode(encoded[i + 1] ?? 0, encoded[i + 2] ?? 0) : "";
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(byte);
    }
  }
  return host(OPERATION.decodeText, Uint8Array.from(bytes), "utf-8", 2) as string;
}

/** https://url.spec.whatwg.org/#concept-urlencoded-serializer */
function encodeForm(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, "+")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
