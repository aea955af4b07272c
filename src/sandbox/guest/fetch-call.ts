import { OPERATION } from "../host-operations.ts";
import { type AbortSignal, onAbort } from "./abort.ts";
import type { Upload } from "./body.ts";
import { failureError, statusError } from "./fetch-errors.ts";
import { FetchedBody } from "./fetched-body.ts";
import { FetchedResponse, isOk } from "./fetched-response.ts";
import { host } from "./host.ts";
import type { FetchFailure, ResponseHead } from "./reported-call.ts";
import { fetchedResponse, type Response } from "./response.ts";

/** The host's report of a call: the head of the response, or why there is no response. */
type FetchReport = ResponseHead | FetchFailure;

/** How a call ended. */
type Settled = { head: ResponseHead } | { error: unknown };

/** A call, which may have ended. */
export interface Call {
  index: number;
  method: string;
  url: string;
  throwHttpErrors: boolean;
  settled: Settled | undefined;
  /** The body is a stream that is still being sent. */
  upload: Upload | undefined;
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
  /** What can abort the call, and its body afterwards. */
  signal: AbortSignal | undefined;
  /** Stops listening to the call's signal. */
  unlisten: (() => void) | undefined;
}

/**
 * The calls that the host has not reported yet, and those that the task has not looked at: the failed ones, and those whose
 * response has not arrived as a whole.
 */
const calls = new Map<number, Call>();
let lastCall = -1;
const NEW_CALL: Omit<Call, "index"> = {
  method: "",
  url: "",
  throwHttpErrors: false,
  settled: undefined,
  upload: undefined,
  source: undefined,
  view: undefined,
  response: undefined,
  observed: false,
  promise: undefined,
  settlers: undefined,
  signal: undefined,
  unlisten: undefined,
};
const PlainPromise = Promise;
const { parse } = JSON;

/** Creates a call with the next number, which {@link addCall} takes. */
export function newCall(method: string, url: string, throwHttpErrors: boolean): Call {
  return { ...NEW_CALL, index: lastCall + 1, method, url, throwHttpErrors };
}

/** The call will be reported. */
export function addCall(call: Call, signal: AbortSignal | undefined): void {
  lastCall += 1;
  calls.set(call.index, call);
  if (signal === undefined) return;
  call.signal = signal;
  call.unlisten = onAbort(signal, () => abort(call, signal.reason));
}

/**
 * Creates a call that could not be sent. If the task never looks at it, it fails the task like any other call. Its number is less
 * than -1, which is the number of all unsent calls that can't fail the task.
 */
export function failedCall(error: unknown): Call {
  const call: Call = { ...NEW_CALL, index: -2 - calls.size, settled: { error } };
  while (calls.has(call.index)) call.index -= 1;
  calls.set(call.index, call);
  host(OPERATION.unsentFetch);
  return call;
}

/** Returns the promise of a call's response, which makes the task responsible for its failure. */
export function promiseOf(call: Call): Promise<Response> {
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

/** Settles a call whose report arrived while the guest was not waiting for it. */
export function settleFetch(index: number, report: string): void {
  const call = calls.get(index);
  if (call !== undefined) settle(call, report);
}

/**
 * Returns the failure of a call that the task never looked at, if there is one. It fails the task. Suspends the guest until the
 * responses of such calls have arrived as a whole.
 */
export function unobservedFailure(): { error: unknown } | undefined {
  for (const call of calls.values()) {
    if (call.observed) continue;
    if (isOpen(call)) finish(call, true);
    if (call.settled !== undefined && "error" in call.settled) return call.settled;
  }
  return undefined;
}

function abort(call: Call, reason: unknown): void {
  if (call.source !== undefined) return call.source.abort(reason);
  if (call.settled !== undefined && !isOpen(call)) return;
  host(OPERATION.abortFetch, call.index);
  call.observed = true;
  conclude(call, { error: reason });
}

/** Suspends the guest until the call has ended, then returns the head of the response or throws. */
export function headOf(call: Call): ResponseHead {
  observe(call);
  if (call.upload !== undefined)
    throw new TypeError("await this call before you read its response: its body is a stream");
  if (call.settled === undefined || isOpen(call)) finish(call, false);
  const settled = call.settled as Settled | undefined;
  if (settled !== undefined && "head" in settled) return settled.head;
  throw settled?.error;
}

/** Suspends the guest until the whole response has arrived, unless the task reads its body as it arrives. */
function finish(call: Call, drop: boolean): void {
  const report = host(OPERATION.awaitFetch, call.index, drop ? 1 : 0) as string;
  const settled = interpret(call, parse(report) as FetchReport);
  if (call.settled === undefined) return conclude(call, settled);
  call.settled = settled;
  if ("head" in settled && settled.head.open !== true) call.source?.finish();
}

/** Did the head of the response arrive without the whole body? */
function isOpen({ settled }: Call): boolean {
  return settled !== undefined && "head" in settled && settled.head.open === true;
}

/** Returns the response as the synchronous style sees it. Waits for it. */
export function viewOf(call: Call): FetchedResponse {
  if (call.view !== undefined) return call.view;
  const head = headOf(call);
  call.view = new FetchedResponse(head, sourceOf(call, head));
  return call.view;
}

/** Returns the response as the standard style sees it. */
export function responseOf(call: Call, head: ResponseHead): Response {
  call.response ??= fetchedResponse(head, sourceOf(call, head), call.method);
  return call.response;
}

function sourceOf(call: Call, head: ResponseHead): FetchedBody {
  call.source ??= new FetchedBody(call, head.open === true);
  return call.source;
}

function settle(call: Call, report: string): void {
  if (call.settled !== undefined) return;
  conclude(call, interpret(call, parse(report) as FetchReport));
}

/** Sends the next piece of a call's body, for which the host has asked. */
export async function sendNext(index: number): Promise<void> {
  const call = calls.get(index);
  if (call?.upload === undefined) return;
  try {
    const piece = await call.upload.next();
    if (piece === undefined) call.upload = undefined;
    host(OPERATION.uploadPiece, index, piece);
  } catch (error) {
    call.upload = undefined;
    if (call.settled !== undefined) return;
    host(OPERATION.abortFetch, index);
    conclude(call, { error });
  }
}

/** Ends a call. */
export function conclude(call: Call, settled: Settled): void {
  call.settled = settled;
  if ("error" in settled) call.upload?.cancel(settled.error);
  const open = isOpen(call);
  if (!open) call.unlisten?.();
  if (call.observed || ("head" in settled && !open)) calls.delete(call.index);
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
  if (isOk(report.status) || !call.throwHttpErrors) return { head: report };
  if (report.open === true) host(OPERATION.abortFetch, call.index); // nobody can read its body
  return { error: statusError(call, report) };
}
