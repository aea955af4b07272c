import type { BodyKind, RequestParts } from "../body.ts";
import { needArguments, shapeInterface } from "../interface.ts";
import { isObjectOrFunction, toDictionary } from "../webidl.ts";
import { base } from "./base.ts";
import { cloneBody, consume, streamOf } from "./body.ts";
import { initialBody, initialHeaders, isUnusable, isUsed } from "./request-content.ts";
import {
  checkIntegrity,
  checkMode,
  type Headers,
  parseUrl,
  type RequestState,
  readOptions,
  type Signal,
  signalFor,
  toMethod,
} from "./request-options.ts";

const making: { state: RequestState | undefined } = { state: undefined };

/** https://fetch.spec.whatwg.org/#request-class */
export class Request {
  readonly #state: RequestState;

  constructor(...given: unknown[]) {
    if (making.state === undefined) needArguments(given, 1, "Request");
    this.#state = making.state ?? construct(given[0], given[1]);
  }

  get method(): string {
    return this.#state.method;
  }

  get url(): string {
    return this.#state.url;
  }

  get headers(): Headers {
    return this.#state.headers;
  }

  get destination(): string {
    void this.#state;
    return "";
  }

  get referrer(): string {
    return this.#state.referrer;
  }

  get referrerPolicy(): string {
    return this.#state.choices.referrerPolicy;
  }

  get mode(): string {
    return this.#state.choices.mode;
  }

  get credentials(): string {
    return this.#state.choices.credentials;
  }

  get cache(): string {
    return this.#state.choices.cache;
  }

  get redirect(): string {
    return this.#state.choices.redirect;
  }

  get integrity(): string {
    return this.#state.integrity;
  }

  get keepalive(): boolean {
    return this.#state.keepalive;
  }

  get isReloadNavigation(): boolean {
    void this.#state;
    return false;
  }

  get isHistoryNavigation(): boolean {
    void this.#state;
    return false;
  }

  get signal(): Signal {
    return this.#state.signal;
  }

  get duplex(): string {
    void this.#state;
    return "half";
  }

  get body(): object | null {
    const { body } = this.#state;
    return body === null ? null : streamOf(body);
  }

  get bodyUsed(): boolean {
    const { body } = this.#state;
    return body !== null && isUsed(body);
  }

  clone(): Request {
    const { body, headers, signal } = this.#state;
    if (body !== null && isUnusable(body))
      throw new TypeError("the body was read before, so the request can't be cloned");
    return makeRequest({
      ...this.#state,
      headers: base.makeHeaders(base.rawEntries(headers), false),
      signal: base.combineSignals([signal]),
      body: body === null ? null : cloneBody(body),
    });
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

  /** Not part of the public interface, like the two below: see {@link installRequest}. */
  static stateOf(request: Request): RequestState {
    return request.#state;
  }

  static is(value: unknown): value is Request {
    return typeof value === "object" && value !== null && #state in value;
  }

  static construct(input: unknown, init: unknown): RequestState {
    const given = toDictionary(init, "the options of a Request");
    const source = isRequest(input) ? input.#state : undefined;
    const url = source?.url ?? parseUrl(input);
    const options = readOptions(given, source);
    const method = given.method === undefined ? (source?.method ?? "GET") : toMethod(given.method);
    checkMode(options.choices.mode, method);
    const headers = initialHeaders(given.headers, source, options.choices.mode);
    const body = initialBody(given, source, { method, headers });
    return { ...options, method, url, headers, signal: signalFor(given, source), body };
  }
}

const { stateOf, construct } = Request;
const isRequest: (value: unknown) => value is Request = Request.is;

/** Errors reject the promise, also if `request` is something else. */
async function readAs(request: Request, kind: BodyKind): Promise<unknown> {
  const { body, headers } = stateOf(request);
  if (body !== null && isUnusable(body))
    throw new TypeError("the body was read before; clone() the request to read it twice");
  return consume(body, kind, headers.get("content-type") ?? "");
}

function makeRequest(state: RequestState): Request {
  making.state = state;
  try {
    return new Request();
  } finally {
    making.state = undefined;
  }
}

/** Takes a call of fetch with a Request apart; returns undefined if the input is something else. */
export function takeRequest(input: unknown, init: unknown): RequestParts | undefined {
  if (!isObjectOrFunction(input) || !isRequest(input)) return undefined;
  const { method, url, headers, choices, signal, body, integrity } = construct(input, init);
  checkIntegrity(integrity);
  return { method, url, headers: base.rawEntries(headers), redirect: choices.redirect, body, signal };
}

/** Gives the class the shape of an interface. */
export function installRequest(): void {
  for (const name of ["stateOf", "is", "construct"]) Reflect.deleteProperty(Request, name);
  shapeInterface(Request, "Request", { constructor: 1 });
}
