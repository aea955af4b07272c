import { OPERATION } from "../host-operations.ts";
import { CHANGEABLE_PARTS, type ChangeablePart, type UrlParts } from "../url-part-names.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { needArguments, shapeInterface } from "./interface.ts";
import { toUsvString } from "./pairs.ts";
import { boundParams, installUrlSearchParams, reloadParams, type URLSearchParams } from "./url-search-params.ts";

const { parse: parseJson } = JSON;

function parse(input: unknown, base: unknown): UrlParts | undefined {
  const text = toUsvString(input, "a URL");
  const parts = host(OPERATION.parseUrl, text, base === undefined ? undefined : toUsvString(base, "the base of a URL"));
  return typeof parts === "string" ? (parseJson(parts) as UrlParts) : undefined;
}

function invalid(input: unknown): TypeError {
  const text = String(input);
  return new TypeError(`Invalid URL: ${JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text)}`);
}

/** https://url.spec.whatwg.org/#url-class. The host parses; {@link installUrl} defines the properties. */
export class URL {
  #parts: UrlParts;
  #params: URLSearchParams | undefined;

  constructor(...given: unknown[]) {
    needArguments(given, 1, "URL");
    const [input, base] = given;
    const parts = parse(input, base);
    if (parts === undefined) throw invalid(input);
    this.#parts = parts;
  }

  static canParse(...given: unknown[]): boolean {
    needArguments(given, 1, "URL.canParse");
    return parse(given[0], given[1]) !== undefined;
  }

  static parse(...given: unknown[]): URL | null {
    needArguments(given, 1, "URL.parse");
    const parts = parse(given[0], given[1]);
    if (parts === undefined) return null;
    const url = new URL("data:");
    url.#parts = parts;
    return url;
  }

  get searchParams(): URLSearchParams {
    this.#params ??= boundParams(this.#parts.search, (query) => this.#change("search", query, false));
    return this.#params;
  }

  toString(): string {
    return this.#parts.href;
  }

  toJSON(): string {
    return this.#parts.href;
  }

  /** Returns the getter and setter of a part, for the prototype. */
  static accessor(part: keyof UrlParts): PropertyDescriptor {
    // An accessor of an object literal gets the name that WebIDL wants, such as "get href".
    const accessors = {
      get [part](): string {
        return (this as unknown as URL).#parts[part];
      },
      set [part](value: unknown) {
        (this as unknown as URL).#change(part as ChangeablePart, toUsvString(value, part), true);
      },
    };
    const descriptor = Object.getOwnPropertyDescriptor(accessors, part) as PropertyDescriptor;
    if (!(CHANGEABLE_PARTS as readonly string[]).includes(part)) Reflect.deleteProperty(descriptor, "set");
    return descriptor;
  }

  #change(part: ChangeablePart, value: string, reload: boolean): void {
    const parts = host(OPERATION.changeUrl, this.#parts.href, part, value);
    if (typeof parts !== "string") throw invalid(value);
    this.#parts = parseJson(parts) as UrlParts;
    if (reload && this.#params !== undefined) reloadParams(this.#params, this.#parts.search);
  }
}

/** Defines URL and URLSearchParams. */
export function installUrl(): void {
  for (const part of [...CHANGEABLE_PARTS, "origin"] as const)
    Object.defineProperty(URL.prototype, part, URL.accessor(part));
  Reflect.deleteProperty(URL, "accessor");
  shapeInterface(URL, "URL", { constructor: 1, canParse: 1, parse: 1 });
  defineGlobal("URL", URL);
  installUrlSearchParams();
}
