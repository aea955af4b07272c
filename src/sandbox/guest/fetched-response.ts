import type { FetchedBody } from "./fetched-body.ts";
import { type Headers, responseHeaders } from "./headers.ts";
import type { ResponseHead } from "./reported-call.ts";

/**
 * A response that has arrived, as the synchronous style sees it: `body` is the parsed JSON of a JSON response, the text of any
 * other, and headers are also properties of `headers`. The body can be read any number of times, except that a large body can
 * be read as bytes only once. Otherwise the host or the task would have to keep a second copy of it.
 */
export class FetchedResponse {
  readonly head: ResponseHead;
  readonly source: FetchedBody;
  readonly type = "basic";
  #readBytes = false;
  #body: { value: unknown } | undefined;
  #headers: Headers | undefined;

  constructor(head: ResponseHead, source: FetchedBody) {
    this.head = head;
    this.source = source;
    source.share();
  }

  get status(): number {
    return this.head.status;
  }

  get statusText(): string {
    return this.head.statusText;
  }

  get ok(): boolean {
    return isOk(this.head.status);
  }

  get url(): string {
    return this.head.url;
  }

  get redirected(): boolean {
    return this.head.redirected;
  }

  get headers(): Headers {
    this.#headers ??= responseHeaders(this.head.headers);
    return this.#headers;
  }

  get body(): unknown {
    this.#body ??= { value: parsedBody(this.source.text(), this.head) };
    return this.#body.value;
  }

  async text(): Promise<string> {
    return this.source.text();
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.source.text());
  }

  async bytes(): Promise<Uint8Array> {
    return this.#takeBytes();
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return this.#takeBytes().buffer;
  }

  /** Returns a plain object, so that a response can be part of an output. */
  toJSON(): unknown {
    const { status, statusText, ok, url, headers, body } = this;
    return { status, statusText, ok, url, headers, body };
  }

  #takeBytes(): Uint8Array {
    const first = !this.#readBytes;
    if (first) this.source.check();
    this.#readBytes = true;
    return this.source.bytes(first);
  }
}

/** Is a status one of success? */
export function isOk(status: number): boolean {
  return status >= 200 && status <= 299;
}

/** Returns the parsed JSON of a JSON response, or the text of any other. */
export function parsedBody(text: string, head: ResponseHead): unknown {
  if (!/^[^;]*[/+]json\s*(;|$)/i.test(contentTypeOf(head.headers))) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads the entries directly. Most tasks never look at the headers, and creating the object costs more. */
export function contentTypeOf(entries: readonly [string, string][]): string {
  return entries
    .filter(([name]) => name.toLowerCase() === "content-type")
    .map(([, value]) => value.trim())
    .join(", ");
}
