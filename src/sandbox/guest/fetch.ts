import { OPERATION } from "../host-operations.ts";
import type { AbortSignal } from "./abort.ts";
import { type Body, bodiesPart } from "./body.ts";
import { addCall, type Call, conclude, failedCall, newCall } from "./fetch-call.ts";
import { FetchResult, installFetchResult } from "./fetch-result.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { type FetchOptions, type PreparedRequest, prepareRequest, requestSignal } from "./request.ts";

const defaults = { throwHttpErrors: false };
const Bytes = Uint8Array;
const { stringify } = JSON;

/** Defines fetch. */
export function installFetch(): void {
  installFetchResult();
  defineGlobal("fetch", fetch);
}

/** Sets the default of `throwHttpErrors`. */
export function setFetchDefaults(throwHttpErrors: boolean): void {
  defaults.throwHttpErrors = throwHttpErrors;
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
    return new FetchResult(failedCall(error));
  }
  const { method, url: href, headers, redirect, timeoutMs } = prepared;
  const call = newCall(method, href, throwHttpErrors);
  const head = stringify({ method, url: href, headers, redirect, timeoutMs });
  const { body: content } = prepared;
  if (typeof content === "object" && !(content instanceof Bytes)) return sendLater(call, head, content, signal);
  const refusal = host(OPERATION.fetch, call.index, head, content);
  if (typeof refusal === "string") return new FetchResult(failedCall(new TypeError(refusal)));
  addCall(call, signal);
  return new FetchResult(call);
}

/** Sends a call once its body, a stream, has been read to its end. */
function sendLater(call: Call, head: string, body: Body, signal: AbortSignal | undefined): FetchResult {
  call.unsent = true;
  addCall(call, signal);
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
