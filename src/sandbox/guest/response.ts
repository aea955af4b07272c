import { OPERATION } from "../host-operations.ts";
import { type Headers, responseHeaders } from "./headers.ts";
import { host } from "./host.ts";

/** The head of a response, as reported by the host. */
export interface ResponseHead {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [string, string][];
}

/** Maximum size of a body that can be read as bytes more than once, in bytes. */
const KEPT_BYTES = 64 * 1024;

/** The body of a response, shared with its clones. The host keeps it until it is read. */
interface Body {
  /** Number of the call. */
  index: number;
  text: string | undefined;
  /** The bytes of a small body, once they have been read. */
  bytes: Uint8Array | undefined;
  /** Number of responses that may still read the bytes. */
  readers: number;
}

/**
 * A response that has arrived. It has the standard's methods for reading the body, and `body`: the parsed JSON of a JSON
 * response, the text of any other. The body can be read any number of times, except that a large body can be read as bytes
 * only once, as in the standard. Otherwise the host or the task would have to keep a second copy of it.
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

  /** Returns a plain object, so that a response can be part of an output. */
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

/** Reads the entries directly. Most tasks never look at the headers, and creating the object costs more. */
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
