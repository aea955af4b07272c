import { OPERATION } from "../host-operations.ts";
import { errorForStatus, typedErrors } from "./errors.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { type FetchOptions, prepareRequest, requestSignal } from "./request.ts";
import { Response, type ResponseHead } from "./response.ts";

/** How a call ended, as the host reports it: a response's head, or why there is none. */
type FetchReport = ResponseHead | { failure: string; message: string };

/** How a call ended, for the task. */
type Settled = { response: Response } | { error: unknown };

/** A call under way or ended. */
interface Call {
  index: number;
  label: string;
  throwHttpErrors: boolean;
  settled: Settled | undefined;
  /** Something of the response was asked for: its failure is the task's to handle. */
  observed: boolean;
  resolve: (response: Response) => void;
  reject: (error: unknown) => void;
}

const calls: Call[] = [];
const defaults = { throwHttpErrors: false };
const PlainPromise = Promise;

/** What `fetch` returns: a promise of the response, whose properties can also be read at once, waiting as needed. */
class FetchResult extends Promise<Response> {
  static override get [Symbol.species]() {
    return PlainPromise;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise whose settling is put off until somebody asks
  override then<A = Response, B = never>(
    onFulfilled?: ((response: Response) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const call = callOf(this);
    call.observed = true;
    if (call.settled !== undefined) settlePromise(call, call.settled);
    return super.then(onFulfilled, onRejected);
  }
}

const callsByResult = new WeakMap<object, Call>();

function callOf(result: object): Call {
  const call = callsByResult.get(result);
  if (call === undefined) throw new TypeError("not the result of fetch");
  return call;
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
  defineGlobal("fetch", fetch);
  defineGlobal("Response", Response);
}

/** Sets what calls do that don't say otherwise. */
export function setFetchDefaults(throwHttpErrors: boolean): void {
  defaults.throwHttpErrors = throwHttpErrors;
}

/** Takes a report that arrived while the guest was not waiting for it. */
export function settleFetch(index: number, report: string): void {
  const call = calls[index];
  if (call !== undefined) settle(call, report);
}

/** The failure of a call nobody looked at, if there is one: it fails the task. */
export function unobservedFailure(): { error: unknown } | undefined {
  for (const call of calls) {
    if (!call.observed && call.settled !== undefined && "error" in call.settled) return call.settled;
  }
  return undefined;
}

function fetch(url: unknown, options: FetchOptions = {}, body?: unknown): FetchResult {
  const given = options ?? {};
  const prepared = prepareRequest(url, given, body);
  const signal = requestSignal(given);
  signal?.throwIfAborted();

  let settlers: Pick<Call, "resolve" | "reject"> | undefined;
  const result = new FetchResult((resolve, reject) => {
    settlers = { resolve, reject };
  });
  if (settlers === undefined) throw new TypeError("the promise machinery was tampered with");
  const call: Call = {
    ...settlers,
    index: calls.length,
    label: `${prepared.method} ${prepared.url}`,
    throwHttpErrors: given.throwHttpErrors === undefined ? defaults.throwHttpErrors : given.throwHttpErrors === true,
    settled: undefined,
    observed: false,
  };
  const { body: content, ...head } = prepared;
  const refusal = host(OPERATION.fetch, call.index, JSON.stringify(head), content);
  if (typeof refusal === "string") throw new TypeError(refusal);
  calls.push(call);
  callsByResult.set(result, call);
  signal?.addEventListener("abort", () => abort(call, signal.reason), { once: true });
  return result;
}

function abort(call: Call, reason: unknown): void {
  if (call.settled !== undefined) return;
  host(OPERATION.abortFetch, call.index);
  call.observed = true;
  call.settled = { error: reason };
  settlePromise(call, call.settled);
}

/** Waits, suspending the whole guest, and gives the response or throws. */
function waitFor(call: Call): Response {
  call.observed = true;
  if (call.settled === undefined) settle(call, host(OPERATION.awaitFetch, call.index) as string);
  const settled = call.settled as Settled | undefined;
  if (settled !== undefined && "response" in settled) return settled.response;
  throw settled?.error;
}

function settle(call: Call, report: string): void {
  if (call.settled !== undefined) return;
  call.settled = interpret(call, JSON.parse(report) as FetchReport);
  if (call.observed) settlePromise(call, call.settled);
}

function settlePromise(call: Call, settled: Settled): void {
  if ("response" in settled) call.resolve(settled.response);
  else call.reject(settled.error);
}

function interpret(call: Call, report: FetchReport): Settled {
  if ("failure" in report) return { error: failureOf(call, report) };
  const response = new Response(call.index, report);
  if (response.ok || !call.throwHttpErrors) return { response };
  const message = `HTTP ${response.status}${response.statusText === "" ? "" : ` ${response.statusText}`}: ${call.label}`;
  return { error: errorForStatus(response.status, message, retryAfter(response)) };
}

function failureOf(call: Call, report: { failure: string; message: string }): unknown {
  const message = `${report.message} (${call.label})`;
  switch (report.failure) {
    case "timeout":
      return new typedErrors.TimeoutError(message);
    case "invalid-request":
      return new TypeError(message);
    case "refused":
      return new typedErrors.AuthorizationError(message);
    case "aborted":
      return new DOMException(message, "AbortError");
    default:
      return new typedErrors.NetworkError(message);
  }
}

/** Retry-After in ms: seconds, or a date. RFC 9110, section 10.2.3. */
function retryAfter(response: Response): number | undefined {
  const value = response.headers.get("retry-after");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
