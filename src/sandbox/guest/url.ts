import { OPERATION } from "../host-operations.ts";
import { CHANGEABLE_PARTS, type ChangeablePart, type UrlParts } from "../url-part-names.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { shapeInterface } from "./interface.ts";
import { boundParams, installUrlSearchParams, reloadParams, type URLSearchParams } from "./url-search-params.ts";

const { parse: parseJson } = JSON;

function parse(input: unknown, base: unknown): UrlParts | undefined {
  const parts = host(OPERATION.parseUrl, String(input), base === undefined ? undefined : String(base));
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

  constructor(input: unknown, base: unknown = undefined) {
    const parts = parse(input, base);
    if (parts === undefined) throw invalid(input);
    this.#parts = parts;
  }

  static canParse(input: unknown, base: unknown = undefined): boolean {
    return parse(input, base) !== undefined;
  }

  static parse(input: unknown, base: unknown = undefined): URL | null {
    return URL.canParse(input, base) ? new URL(input, base) : null;
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
    const descriptor: PropertyDescriptor = {
      get(this: URL) {
        return this.#parts[part];
      },
      enumerable: true,
      configurable: true,
    };
    if ((CHANGEABLE_PARTS as readonly string[]).includes(part)) {
      descriptor.set = function (this: URL, value: unknown) {
        this.#change(part as ChangeablePart, String(value), true);
      };
    }
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
  shapeInterface(URL, "URL");
  defineGlobal("URL", URL);
  installUrlSearchParams();
}
