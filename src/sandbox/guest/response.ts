import { type Body, type BodyKind, bodiesPart, isUnusable, isUsed, type ResponseState } from "./body.ts";
import { FetchedBody } from "./fetched-body.ts";
import { contentTypeOf, isOk, parsedBody } from "./fetched-response.ts";
import { defineGlobal } from "./globals.ts";
import { type Headers, makeHeaders, rawEntries } from "./headers.ts";
import { needArguments, shapeInterface } from "./interface.ts";
import type { ResponseHead } from "./reported-call.ts";

/** The state of the response that is constructed now, when the constructor is not called by the task. */
const making: { state: ResponseState | undefined } = { state: undefined };
const NULL_BODY_STATUS = [101, 103, 204, 205, 304];
const { parse } = JSON;

/**
 * https://fetch.spec.whatwg.org/#response-class. The response of a fetch can be read as text, JSON and bytes without any
 * part of the guest API that is loaded later; everything else is the business of the part "bodies".
 */
export class Response {
  readonly #state: ResponseState;
  #headers: Headers | undefined;

  constructor(body: unknown = null, init: unknown = undefined) {
    this.#state = making.state ?? bodiesPart().newResponse(body, init);
  }

  static error(): Response {
    const parts = { url: "", redirected: false, status: 0, statusText: "", headers: [], body: null };
    return makeResponse({ type: "error", immutable: true, ...parts });
  }

  static redirect(...given: unknown[]): Response {
    needArguments(given, 1, "Response.redirect");
    return makeResponse(bodiesPart().redirectResponse(given));
  }

  static json(...given: unknown[]): Response {
    needArguments(given, 1, "Response.json");
    return makeResponse(bodiesPart().jsonResponse(given));
  }

  get type(): string {
    return this.#state.type;
  }

  get url(): string {
    return this.#state.url;
  }

  get redirected(): boolean {
    return this.#state.redirected;
  }

  get status(): number {
    return this.#state.status;
  }

  get ok(): boolean {
    return isOk(this.#state.status);
  }

  get statusText(): string {
    return this.#state.statusText;
  }

  get headers(): Headers {
    this.#headers ??= makeHeaders(this.#state.headers, this.#state.immutable);
    return this.#headers;
  }

  get body(): object | null {
    const { body } = this.#state;
    return body === null ? null : bodiesPart().streamOf(body);
  }

  get bodyUsed(): boolean {
    const { body } = this.#state;
    return body !== null && isUsed(body);
  }

  clone(): Response {
    const { body, ...head } = this.#state;
    if (body !== null && isUnusable(body))
      throw new TypeError("the body was read before, so the response can't be cloned");
    return makeResponse({ ...head, headers: this.#entries(), body: body === null ? null : cloneOf(body) });
  }

  arrayBuffer(): Promise<unknown> {
    return readAs(this, "arrayBuffer");
  }

  blob(): Promise<unknown> {
    return readAs(this, "blob");
  }

  bytes(): Promise<unknown> {
    return readAs(this, "bytes");
  }

  formData(): Promise<unknown> {
    return readAs(this, "formData");
  }

  json(): Promise<unknown> {
    return readAs(this, "json");
  }

  text(): Promise<unknown> {
    return readAs(this, "text");
  }

  /**
   * Returns a plain object, so that a response can be part of an output. It has the body of a fetched response that was not
   * read yet, parsed as the synchronous style parses it.
   */
  toJSON(): unknown {
    const { status, statusText, ok, url, headers } = this;
    const { body } = this.#state;
    const shown = { status, statusText, ok, url, headers };
    if (!(body?.source instanceof FetchedBody) || isUnusable(body)) return shown;
    return { ...shown, body: parsedBody(body.source.text(), { ...this.#state, headers: this.#entries() }) };
  }

  /** Reads the body. Not part of the public interface. */
  static read(response: Response, kind: BodyKind): unknown {
    const { body } = response.#state;
    if (body !== null && isUnusable(body))
      throw new TypeError("the body was read before; clone() the response to read it twice");
    if (body?.source instanceof FetchedBody) body.source.check();
    if (body?.source instanceof FetchedBody && body.stream === undefined && kind !== "blob" && kind !== "formData") {
      body.used = true;
      const { source } = body;
      return source.reads === undefined ? readFetched(source, kind) : readWhole(source, kind);
    }
    return bodiesPart().consume(body, kind, contentTypeOf(response.#entries()));
  }

  /** Returns the headers as they are now. */
  #entries(): [string, string][] {
    return this.#headers === undefined ? this.#state.headers : rawEntries(this.#headers);
  }
}

const { read } = Response;

/** Errors reject the promise, also if `response` is something else. */
async function readAs(response: Response, kind: BodyKind): Promise<unknown> {
  return read(response, kind);
}

function readFetched(source: FetchedBody, kind: "text" | "json" | "bytes" | "arrayBuffer"): unknown {
  if (kind === "text") return source.text();
  if (kind === "json") return parse(source.text());
  const bytes = source.bytes(true);
  return kind === "bytes" ? bytes : bytes.buffer;
}

/** Waits for the rest of a body, and reads it. */
async function readWhole(source: FetchedBody, kind: Parameters<typeof readFetched>[1]): Promise<unknown> {
  await source.whole();
  return readFetched(source, kind);
}

function cloneOf(body: Body): Body {
  if (body.stream !== undefined || !(body.source instanceof FetchedBody) || body.source.reads !== undefined) {
    return bodiesPart().cloneBody(body);
  }
  body.source.share();
  return { source: body.source, stream: undefined, used: false };
}

function makeResponse(state: ResponseState): Response {
  making.state = state;
  try {
    return new Response();
  } finally {
    making.state = undefined;
  }
}

/** Creates the response of a fetch, as the standard style sees it. */
export function fetchedResponse(head: ResponseHead, source: FetchedBody, method: string): Response {
  const { status, statusText, url, redirected, headers } = head;
  const isNull = method === "HEAD" || NULL_BODY_STATUS.includes(status);
  if (!isNull) source.share();
  const body: Body | null = isNull ? null : { source, stream: undefined, used: false };
  return makeResponse({ type: "basic", url, redirected, status, statusText, headers, immutable: true, body });
}

/** Defines Response. */
export function installResponse(): void {
  Reflect.deleteProperty(Response, "read");
  shapeInterface(Response, "Response", { redirect: 1, json: 1 });
  Object.defineProperty(Response.prototype, "toJSON", { enumerable: false });
  defineGlobal("Response", Response);
}
