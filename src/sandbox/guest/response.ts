import { OPERATION } from "../host-operations.ts";
import { type Headers, responseHeaders } from "./headers.ts";
import { host } from "./host.ts";

/** The head of a response as the host reports it. */
export interface ResponseHead {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [string, string][];
}

/**
 * A response that has arrived. The standard's reading methods, and `body`: the parsed JSON of a JSON response, else the
 * text. The body stays with the host until it is looked at, and can be looked at any number of times.
 */
export class Response {
  readonly #index: number;
  #text: string | undefined;
  #body: { value: unknown } | undefined;
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly url: string;
  readonly redirected: boolean;
  readonly #entries: [string, string][];
  #headers: Headers | undefined;
  readonly type = "basic";

  constructor(index: number, head: ResponseHead) {
    this.#index = index;
    this.status = head.status;
    this.statusText = head.statusText;
    this.ok = head.status >= 200 && head.status <= 299;
    this.url = head.url;
    this.redirected = head.redirected;
    this.#entries = head.headers;
  }

  get headers(): Headers {
    this.#headers ??= responseHeaders(this.#entries);
    return this.#headers;
  }

  get body(): unknown {
    this.#body ??= { value: this.#parse() };
    return this.#body.value;
  }

  async text(): Promise<string> {
    return this.#readText();
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#readText());
  }

  async bytes(): Promise<Uint8Array> {
    return host(OPERATION.fetchBytes, this.#index) as Uint8Array;
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return (host(OPERATION.fetchBytes, this.#index) as Uint8Array).slice().buffer;
  }

  clone(): Response {
    const { status, statusText, url, redirected, headers } = this;
    return new Response(this.#index, { status, statusText, url, redirected, headers: [...headers] });
  }

  /** So that a response can be part of an output. */
  toJSON(): unknown {
    const { status, statusText, ok, url, headers, body } = this;
    return { status, statusText, ok, url, headers, body };
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }

  #readText(): string {
    this.#text ??= host(OPERATION.fetchText, this.#index) as string;
    return this.#text;
  }

  #parse(): unknown {
    const text = this.#readText();
    if (!/^[^;]*[/+]json\s*(;|$)/i.test(this.headers.get("content-type") ?? "")) return text;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
}
