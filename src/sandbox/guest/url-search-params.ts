import { OPERATION } from "../host-operations.ts";
import { encodeUtf8 } from "./encoding.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { makePairIterable, needArguments, shapeInterface } from "./interface.ts";
import { toPairs, toUsvString } from "./pairs.ts";
import { isObjectOrFunction } from "./webidl.ts";

type Pair = [name: string, value: string];

/** https://url.spec.whatwg.org/#interface-urlsearchparams */
export class URLSearchParams {
  #list: Pair[] = [];
  #changed: ((query: string) => void) | undefined;

  constructor(init: unknown = "") {
    this.#list = isObjectOrFunction(init)
      ? toPairs(init, toUsvString, "the parameters")
      : parseQuery(toUsvString(init, "the query").replace(/^\?/, ""));
  }

  get size(): number {
    return this.#list.length;
  }

  append(...values: unknown[]): void {
    needArguments(values, 2, "URLSearchParams.append");
    this.#list.push([toUsvString(values[0], "a name"), toUsvString(values[1], "a value")]);
    this.#tell();
  }

  delete(...values: unknown[]): void {
    needArguments(values, 1, "URLSearchParams.delete");
    const wanted = wantedPair(values);
    this.#list = this.#list.filter((pair) => !matches(pair, wanted));
    this.#tell();
  }

  get(...values: unknown[]): string | null {
    needArguments(values, 1, "URLSearchParams.get");
    const wanted = wantedPair([values[0]]);
    return this.#list.find((pair) => matches(pair, wanted))?.[1] ?? null;
  }

  getAll(...values: unknown[]): string[] {
    needArguments(values, 1, "URLSearchParams.getAll");
    const wanted = wantedPair([values[0]]);
    return this.#list.filter((pair) => matches(pair, wanted)).map(([, value]) => value);
  }

  has(...values: unknown[]): boolean {
    needArguments(values, 1, "URLSearchParams.has");
    const wanted = wantedPair(values);
    return this.#list.some((pair) => matches(pair, wanted));
  }

  set(...values: unknown[]): void {
    needArguments(values, 2, "URLSearchParams.set");
    const [name] = wantedPair([values[0]]);
    const changed: Pair = [name, toUsvString(values[1], "a value")];
    const first = this.#list.findIndex((pair) => pair[0] === name);
    if (first < 0) this.#list.push(changed);
    else this.#list = this.#list.flatMap((pair, at) => (at === first ? [changed] : pair[0] === name ? [] : [pair]));
    this.#tell();
  }

  sort(): void {
    this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#tell();
  }

  toString(): string {
    return formOf(this.#list);
  }

  /** Creates the parameters of a URL. `changed` is called after every change. Not part of the public interface, like the two below. */
  static boundTo(query: string, changed: (query: string) => void): URLSearchParams {
    const params = new URLSearchParams(query);
    params.#changed = changed;
    return params;
  }

  /** Reads the query of the URL again after the URL was changed. */
  static reload(params: URLSearchParams, query: string): void {
    params.#list = parseQuery(query.replace(/^\?/, ""));
  }

  static pairs(params: URLSearchParams): readonly Pair[] {
    return params.#list;
  }

  #tell(): void {
    this.#changed?.(formOf(this.#list));
  }
}

/** Creates the parameters of a URL. `changed` is called after every change. */
export const boundParams = URLSearchParams.boundTo;
/** Reads the query of a URL again after the URL was changed. */
export const reloadParams = URLSearchParams.reload;
/** Returns the names and values. @throws {TypeError} for anything else than URLSearchParams */
export const paramPairs = URLSearchParams.pairs;

/** Is a value an object of URLSearchParams, whatever its prototype is? */
export function isSearchParams(value: object): value is URLSearchParams {
  try {
    paramPairs(value as URLSearchParams);
    return true;
  } catch {
    return false;
  }
}

/** https://url.spec.whatwg.org/#concept-urlencoded-serializer */
export function formOf(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join("&");
}

function wantedPair([name, value]: readonly unknown[]): [name: string, value: string | undefined] {
  return [toUsvString(name, "a name"), value === undefined ? undefined : toUsvString(value, "a value")];
}

function matches([name, value]: Pair, [wanted, itsValue]: readonly [string, string | undefined]): boolean {
  return name === wanted && (itsValue === undefined || value === itsValue);
}

/** https://url.spec.whatwg.org/#concept-urlencoded-parser */
export function parseQuery(query: string): Pair[] {
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

/** https://url.spec.whatwg.org/#urlencoded-serializing, one name or value. */
function encodeForm(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, "+")
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Defines URLSearchParams. */
export function installUrlSearchParams(): void {
  for (const name of ["boundTo", "reload", "pairs"]) Reflect.deleteProperty(URLSearchParams, name);
  shapeInterface(URLSearchParams, "URLSearchParams", { append: 2, delete: 1, get: 1, getAll: 1, has: 1, set: 2 });
  makePairIterable(URLSearchParams, paramPairs);
  defineGlobal("URLSearchParams", URLSearchParams);
}
