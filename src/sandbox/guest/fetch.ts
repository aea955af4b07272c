import { OPERATION } from "../host-operations.ts";
import { type AbortSignal, onAbort } from "./abort.ts";
import { type Body, bodiesPart } from "./body.ts";
import { type FetchFailure, failureError, statusError } from "./fetch-errors.ts";
import { FetchedBody } from "./fetched-body.ts";
import { FetchedResponse, isOk, type ResponseHead } from "./fetched-response.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { type FetchOptions, type PreparedRequest, prepareRequest, requestSignal } from "./request.ts";
import { fetchedResponse, type Response } from "./response.ts";

/** The host's report of a call: the head of the response, or why there is no response. */
type FetchReport = ResponseHead | FetchFailure;

/** How a call ended. */
type Settled = { head: ResponseHead } | { error: unknown };

/** A call, which may have ended. */
interface Call {
  index: number;
  method: string;
  url: string;
  throwHttpErrors: boolean;
  settled: Settled | undefined;
  /** The body is a stream that is still being read, so the call is not sent yet. */
  unsent: boolean;
  /** The body of the response; both styles share it. */
  source: FetchedBody | undefined;
  /** The response as the synchronous style sees it, once the task has looked at it. */
  view: FetchedResponse | undefined;
  /** The response as the standard style sees it, once the task has waited for it. */
  response: Response | undefined;
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
  unsent: false,
  source: undefined,
  view: undefined,
  response: undefined,
  observed: false,
  promise: undefined,
  settlers: undefined,
  unlisten: undefined,
};
const defaults = { throwHttpErrors: false };
const PlainPromise = Promise;
const Bytes = Uint8Array;
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
  "toJSON",
] as const;

/** What only the standard's response has. */
const STANDARD = ["clone", "blob", "formData", "bodyUsed"] as const;

/** Defines fetch. */
export function installFetch(): void {
  const mirror = (name: string, read: (call: Call) => object) =>
    Object.defineProperty(FetchResult.prototype, name, {
      get(this: FetchResult) {
        const response = read(callOf(this));
        const value = (response as Record<string, unknown>)[name];
        return typeof value === "function" ? value.bind(response) : value;
      },
      configurable: true,
    });
  for (const name of MIRRORED) mirror(name, viewOf);
  for (const name of STANDARD) mirror(name, (call) => responseOf(call, headOf(call)));
  Object.setPrototypeOf(FetchResult.prototype, PlainPromise.prototype); // for `instanceof Promise`
  Reflect.deleteProperty(FetchResult, "callOf");
  defineGlobal("fetch", fetch);
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
    signal = prepared.signal ?? requestSignal(given);
    throwHttpErrors = given.throwHttpErrors === undefined ? defaults.throwHttpErrors : given.throwHttpErrors === true;
    signal?.throwIfAborted();
  } catch (error) {
    return unsent(error);
  }
  const { method, url: href, headers, redirect, timeoutMs } = prepared;
  const call: Call = { ...NEW_CALL, index: lastCall + 1, method, url: href, throwHttpErrors };
  const head = stringify({ method, url: href, headers, redirect, timeoutMs });
  const { body: content } = prepared;
  if (typeof content === "object" && !(content instanceof Bytes)) return sendLater(call, head, content, signal);
  const refusal = host(OPERATION.fetch, call.index, head, content);
  if (typeof refusal === "string") return unsent(new TypeError(refusal));
  lastCall += 1;
  calls.set(call.index, call);
  if (signal !== undefined) listen(call, signal);
  return new FetchResult(call);
}

/** Sends a call once its body, a stream, has been read to its end. */
function sendLater(call: Call, head: string, body: Body, signal: AbortSignal | undefined): FetchResult {
  lastCall += 1;
  call.unsent = true;
  calls.set(call.index, call);
  if (signal !== undefined) listen(call, signal);
  void readAndSend(call, head, body);
  return new FetchResult(call);
}

async function readAndSend(call: Call, head: string, body: Body): Promise<void> {
  try {
    const bytes = await bodiesPart().collect(body);
    call.unsent = false;
    if (call.settled !== undefined) return; // it was aborted
    const refusal = host(OPERATION.fetch, call.index, head, bytes);
    if (typeof refusal === "string") throw new TypeError(refusal);
  } catch (error) {
    call.unsent = false;
    if (call.settled !== undefined) return;
    if (!call.observed) host(OPERATION.unsentFetch);
    conclude(call, { error });
  }
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
  call.unlisten = onAbort(signal, () => abort(call, signal.reason));
}

function abort(call: Call, reason: unknown): void {
  if (call.settled !== undefined) return;
  if (!call.unsent) host(OPERATION.abortFetch, call.index);
  call.observed = true;
  conclude(call, { error: reason });
}

/** Suspends the guest until the call has ended, then returns the head of the response or throws. */
function headOf(call: Call): ResponseHead {
  observe(call);
  if (call.unsent) throw new TypeError("await this call before you read its response: its body is a stream");
  if (call.settled === undefined) settle(call, host(OPERATION.awaitFetch, call.index) as string);
  const settled = call.settled as Settled | undefined;
  if (settled !== undefined && "head" in settled) return settled.head;
  throw settled?.error;
}

/** Returns the response as the synchronous style sees it. Waits for it. */
function viewOf(call: Call): FetchedResponse {
  if (call.view !== undefined) return call.view;
  const head = headOf(call);
  call.source ??= new FetchedBody(call.index);
  call.view = new FetchedResponse(head, call.source);
  return call.view;
}

/** Returns the response as the standard style sees it. */
function responseOf(call: Call, head: ResponseHead): Response {
  if (call.response === undefined) {
    call.source ??= new FetchedBody(call.index);
    call.response = fetchedResponse(head, call.source, call.method);
  }
  return call.response;
}

function settle(call: Call, report: string): void {
  if (call.settled !== undefined) return;
  conclude(call, interpret(call, parse(report) as FetchReport));
}

function conclude(call: Call, settled: Settled): void {
  call.settled = settled;
  call.unlisten?.();
  if (call.observed || "head" in settled) calls.delete(call.index);
  settlePromise(call, settled);
}

function settlePromise(call: Call, settled: Settled): void {
  const { settlers } = call;
  if (settlers === undefined) return;
  if ("head" in settled) settlers.resolve(responseOf(call, settled.head));
  else settlers.reject(settled.error);
}

function interpret(call: Call, report: FetchReport): Settled {
  if ("failure" in report) return { error: failureError(call, report) };
  return isOk(report.status) || !call.throwHttpErrors ? { head: report } : { error: statusError(call, report) };
}
