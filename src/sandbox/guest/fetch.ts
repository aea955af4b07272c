import { OPERATION } from "../host-operations.ts";
import type { AbortSignal } from "./abort.ts";
import { bodiesPart } from "./body.ts";
import { addCall, failedCall, newCall } from "./fetch-call.ts";
import { FetchResult, installFetchResult } from "./fetch-result.ts";
import { defineGlobal } from "./globals.ts";
import { host } from "./host.ts";
import { usePart } from "./parts.ts";
import { type FetchOptions, type PreparedRequest, prepareRequest, requestSignal } from "./request.ts";
import type { UnsentCalls } from "./unsent-calls.ts";

const defaults = { throwHttpErrors: false };
const HTTP = /^https?:/i;
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
    if (signal?.aborted === true)
      return new FetchResult((usePart("bodies") as UnsentCalls).abortedCall(prepared, signal.reason));
    if (!HTTP.test(prepared.url)) {
      const local = (usePart("bodies") as UnsentCalls).dataCall(prepared, signal);
      if (local !== undefined) return new FetchResult(local);
    }
  } catch (error) {
    return new FetchResult(failedCall(error));
  }
  const { method, url: href, headers, redirect, timeoutMs } = prepared;
  const call = newCall(method, href, throwHttpErrors);
  const { body: content } = prepared;
  const isStream = typeof content === "object" && !(content instanceof Bytes);
  const upload = isStream ? true : undefined;
  const { retry, connectTimeout, firstByteTimeout, maxResponseSize, breaker } = given;
  const conduct = { retry, connectTimeout, firstByteTimeout, maxResponseSize, breaker };
  const head = stringify({ method, url: href, headers, redirect, timeoutMs, upload, conduct });
  const refusal = host(OPERATION.fetch, call.index, head, isStream ? undefined : content);
  if (typeof refusal === "string") return new FetchResult(failedCall(new TypeError(refusal)));
  if (isStream) call.upload = bodiesPart().upload(content);
  addCall(call, signal);
  return new FetchResult(call);
}
