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

/** A body of up to so many bytes can be read as bytes again and again. */
const KEPT_BYTES = 64 * 1024;

/** The body of a response, shared with its clones. It stays with the host until it is read. */
interface Body {
  /** Number of the call. */
  index: number;
  text: string | undefined;
  /** Those of a small body, once they were read. */
  bytes: Uint8Array | undefined;
  /** Responses that may still read the bytes. */
  readers: number;
}

/**
 * A response that has arrived. The standard's reading methods, and `body`: the parsed JSON of a JSON response, else the
 * text. It can be read any number of times, but a large body that was read as bytes is gone then, as in the standard: the
 * host keeps no body that the task has, and the task's memory would have to hold it twice.
 */
export class Response {
  readonly #source: Body;
  #readBytes = false;
  #body: { value: unknown } | undefined;
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  readonly url: string;
  readonly redirected: boolean;
  readonly #entries: [string, string][];
  #headers: Headers | undefined;
  readonly type = "basic";

  constructor(source: number | Body, head: ResponseHead) {
    this.#source =
      typeof source === "number" ? { index: source, text: undefined, bytes: undefined, readers: 0 } : source;
    this.#source.readers += 1;
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
    return this.#takeBytes();
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return this.#takeBytes().buffer;
  }

  clone(): Response {
    const { status, statusText, url, redirected, headers } = this;
    return new Response(this.#source, { status, statusText, url, redirected, headers: [...headers] });
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
    const source = this.#source;
    source.text ??= host(OPERATION.fetchText, source.index) as string | undefined;
    if (source.text === undefined && source.bytes !== undefined) source.text = decode(source.bytes);
    if (source.text === undefined) throw alreadyRead();
    return source.text;
  }

  #takeBytes(): Uint8Array {
    const source = this.#source;
    if (source.bytes !== undefined) return source.bytes.slice();
    if (!this.#readBytes) source.readers -= 1;
    this.#readBytes = true;
    const bytes = host(OPERATION.fetchBytes, source.index, source.readers === 0 ? 1 : 0) as Uint8Array | undefined;
    if (bytes === undefined) {
      if (source.text === undefined) throw alreadyRead();
      return host(OPERATION.encodeText, source.text) as Uint8Array;
    }
    if (source.readers > 0 || bytes.length > KEPT_BYTES) return bytes;
    source.bytes = bytes;
    return bytes.slice();
  }

  #parse(): unknown {
    const text = this.#readText();
    if (!/^[^;]*[/+]json\s*(;|$)/i.test(contentType(this.#entries))) return text;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
}

/** Read from the entries themselves: most tasks look at the body and never at the headers, which cost more to build. */
function contentType(entries: [string, string][]): string {
  return entries
    .filter(([name]) => name.toLowerCase() === "content-type")
    .map(([, value]) => value.trim())
    .join(", ");
}

function decode(bytes: Uint8Array): string {
  return host(OPERATION.decodeText, bytes, "utf-8", 0) as string;
}

function alreadyRead(): TypeError {
  return new TypeError("the body was read before; clone() the response to read it twice");
}
