import { OPERATION } from "../host-operations.ts";
import type { AbortSignal } from "./abort.ts";
import { errorForStatus, typedErrors } from "./errors.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { type FetchOptions, type PreparedRequest, prepareRequest, requestSignal } from "./request.ts";
import { Response, type ResponseHead } from "./response.ts";

/** The host's report of a call: the head of the response, or why there is no response. */
type FetchReport = ResponseHead | FetchFailure;

/** Why there is no response. `code` becomes `error.cause.code`. */
interface FetchFailure {
  failure: string;
  message: string;
  code?: string;
}

/** How a call ended, as the task sees it. */
type Settled = { response: Response } | { error: unknown };

/** A call, which may have ended. */
interface Call {
  index: number;
  method: string;
  url: string;
  throwHttpErrors: boolean;
  settled: Settled | undefined;
  /** The task has looked at the response, so it is responsible for a failure. */
  observed: boolean;
  /** Created when it is first needed, so that a promise that nobody waits for is never rejected. */
  promise: Promise<Response> | undefined;
  settlers: { resolve: (response: Response) => void; reject: (error: unknown) => void } | undefined;
  /** Stops listening to the call's signal. */
  unlisten: (() => void) | undefined;
}

/** The calls that the host has not reported yet, and the failed ones that the task has not looked at. */
const calls = new Map<number, Call>();
let lastCall = -1;
const NEW_CALL: Omit<Call, "index"> = {
  method: "",
  url: "",
  throwHttpErrors: false,
  settled: undefined,
  observed: false,
  promise: undefined,
  settlers: undefined,
  unlisten: undefined,
};
/** The longest URL in a message, in characters. */
const LONGEST_PLACE = 200;
const defaults = { throwHttpErrors: false };
const PlainPromise = Promise;
const PlainError = Error;
const { assign } = Object;
const { parse, stringify } = JSON;

/**
 * The return value of `fetch`. It behaves like a promise of the response, and the properties of the response can also be
 * read from it directly, which waits if necessary. Its inner promise is created on demand, because most calls in the
 * synchronous style never need one.
 */
class FetchResult implements PromiseLike<Response> {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Returns the call of a result. @throws {TypeError} for anything else */
  static callOf(result: FetchResult): Call {
    return result.#call;
  }

  // biome-ignore lint/suspicious/noThenProperty: it has to behave like a promise
  then<A = Response, B = never>(
    onFulfilled?: ((response: Response) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return promiseOf(this.#call).then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<Response | B> {
    return promiseOf(this.#call).catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Response> {
    return promiseOf(this.#call).finally(onFinally);
  }

  get [Symbol.toStringTag](): string {
    return "Promise";
  }
}

const { callOf } = FetchResult;

function promiseOf(call: Call): Promise<Response> {
  observe(call);
  call.promise ??= new PlainPromise((resolve, reject) => {
    call.settlers = { resolve, reject };
  });
  if (call.settled !== undefined) settlePromise(call, call.settled);
  return call.promise;
}

/** Notes that the task looks at the call, and is responsible for its failure from now on. */
function observe(call: Call): void {
  call.observed = true;
  if (call.settled !== undefined) calls.delete(call.index);
}

const MIRRORED = [
  "ok",
  "status",
  "statusText",
  "url",
  "redirected",
  "headers",
  "body",
  "type",
  "json",
  "text",
  "bytes",
  "arrayBuffer",
  "clone",
  "toJSON",
] as const;

/** Defines fetch. */
export function installFetch(): void {
  for (const name of MIRRORED) {
    Object.defineProperty(FetchResult.prototype, name, {
      get(this: FetchResult) {
        const response = waitFor(callOf(this));
        const value: unknown = response[name];
        return typeof value === "function" ? value.bind(response) : value;
      },
      configurable: true,
    });
  }
  Object.setPrototypeOf(FetchResult.prototype, PlainPromise.prototype); // for `instanceof Promise`
  Reflect.deleteProperty(FetchResult, "callOf");
  defineGlobal("fetch", fetch);
  defineGlobal("Response", Response);
}

/** Sets the default of `throwHttpErrors`. */
export function setFetchDefaults(throwHttpErrors: boolean): void {
  defaults.throwHttpErrors = throwHttpErrors;
}

/** Settles a call whose report arrived while the guest was not waiting for it. */
export function settleFetch(index: number, report: string): void {
  const call = calls.get(index);
  if (call !== undefined) settle(call, report);
}

/** Returns the failure of a call that the task never looked at, if there is one. It fails the task. */
export function unobservedFailure(): { error: unknown } | undefined {
  for (const call of calls.values()) {
    if (!call.observed && call.settled !== undefined && "error" in call.settled) return call.settled;
  }
  return undefined;
}

/** https://fetch.spec.whatwg.org/#fetch-method. A malformed call rejects its promise and never throws. */
function fetch(url: unknown, options: FetchOptions = {}, body?: unknown): FetchResult {
  const given = options ?? {};
  let prepared: PreparedRequest;
  let signal: AbortSignal | undefined;
  let throwHttpErrors: boolean;
  try {
    if (typeof given !== "object" && typeof given !== "function") throw new TypeError("the options are not an object");
    prepared = prepareRequest(url, given, body);
    signal = requestSignal(given);
    throwHttpErrors = given.throwHttpErrors === undefined ? defaults.throwHttpErrors : given.throwHttpErrors === true;
    signal?.throwIfAborted();
  } catch (error) {
    return unsent(error);
  }
  const { method, url: href, headers, redirect, timeoutMs } = prepared;
  const call: Call = { ...NEW_CALL, index: lastCall + 1, method, url: href, throwHttpErrors };
  const head = stringify({ method, url: href, headers, redirect, timeoutMs });
  const refusal = host(OPERATION.fetch, call.index, head, prepared.body);
  if (typeof refusal === "string") return unsent(new TypeError(refusal));
  lastCall += 1;
  calls.set(call.index, call);
  if (signal !== undefined) listen(call, signal);
  return new FetchResult(call);
}

/** Creates a call that could not be sent. If the task never looks at it, it fails the task like any other call. */
function unsent(error: unknown): FetchResult {
  const call: Call = { ...NEW_CALL, index: -1 - calls.size, settled: { error } };
  while (calls.has(call.index)) call.index -= 1;
  calls.set(call.index, call);
  host(OPERATION.unsentFetch);
  return new FetchResult(call);
}

function listen(call: Call, signal: AbortSignal): void {
  const listener = () => abort(call, signal.reason);
  signal.addEventListener("abort", listener, { once: true });
  call.unlisten = () => signal.removeEventListener("abort", listener);
}

function abort(call: Call, reason: unknown): void {
  if (call.settled !== undefined) return;
  host(OPERATION.abortFetch, call.index);
  call.observed = true;
  conclude(call, { error: reason });
}

/** Suspends the guest until the call has ended, then returns the response or throws. */
function waitFor(call: Call): Response {
  observe(call);
  if (call.settled === undefined) settle(call, host(OPERATION.awaitFetch, call.index) as string);
  const settled = call.settled as Settled | undefined;
  if (settled !== undefined && "response" in settled) return settled.response;
  throw settled?.error;
}

function settle(call: Call, report: string): void {
  if (call.settled !== undefined) return;
  conclude(call, interpret(call, parse(report) as FetchReport));
}

function conclude(call: Call, settled: Settled): void {
  call.settled = settled;
  call.unlisten?.();
  if (call.observed || "response" in settled) calls.delete(call.index);
  settlePromise(call, settled);
}

function settlePromise(call: Call, settled: Settled): void {
  if ("response" in settled) call.settlers?.resolve(settled.response);
  else call.settlers?.reject(settled.error);
}

function interpret(call: Call, report: FetchReport): Settled {
  if ("failure" in report) return { error: failureOf(call, report) };
  const response = new Response(call.index, report);
  if (response.ok || !call.throwHttpErrors) return { response };
  const message = `HTTP ${response.status}${response.statusText === "" ? "" : ` ${response.statusText}`}: ${call.method} ${placeOf(call.url)}`;
  return { error: errorForStatus(response.status, message, retryAfter(response)) };
}

function failureOf(call: Call, report: FetchFailure): unknown {
  // Messages about failures on the way already contain the request.
  const place = placeOf(call.url);
  const message = report.message.includes(place) ? report.message : `${report.message} (${call.method} ${place})`;
  switch (report.failure) {
    case "timeout":
      return new typedErrors.TimeoutError(message, causeOf(report));
    case "invalid-request":
      return new TypeError(message);
    case "refused":
      return new typedErrors.AuthorizationError(message);
    case "aborted":
      return new DOMException(message, "AbortError");
    default:
      return new typedErrors.NetworkError(message, causeOf(report));
  }
}

/** Formats a URL for messages as the host does: without credentials, query and fragment, which may contain secrets. */
function placeOf(url: string): string {
  const parts = /^(https?:\/\/)(?:[^/?#]*@)?([^?#]*)/.exec(url);
  const place = parts === null ? `${url.split(":", 1)[0]}:...` : `${parts[1]}${parts[2]}`;
  return place.length > LONGEST_PLACE ? `${place.slice(0, LONGEST_PLACE)}...` : place;
}

/** Creates the cause that programs check, as in Node.js and Bun: `error.cause.code === "ECONNREFUSED"`. */
function causeOf({ code }: FetchFailure): ErrorOptions {
  return code === undefined ? {} : { cause: assign(new PlainError(code), { code }) };
}

/** Returns Retry-After in ms. The header has seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
