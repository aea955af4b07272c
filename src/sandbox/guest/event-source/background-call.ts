import { OPERATION } from "../../host-operations.ts";
import { contentTypeOf } from "../fetched-response.ts";
import { base, host } from "./base.ts";

/** The time limit of a call that has none of its own, ms: more than any execution may take. */
const NO_LIMIT = 2 ** 31;
const { stringify } = JSON;

/** The response to a call that goes on in the background. */
export interface BackgroundResponse {
  status: number;
  /** The content type. */
  type: string;
  /** The origin of the URL that the response came from. */
  origin: string;
  /** Returns the next piece of the body; undefined at its end. */
  pieces: () => Promise<Uint8Array | undefined>;
}

/** A call whose response is read as it arrives. */
export interface BackgroundCall {
  response: Promise<BackgroundResponse>;
  abort: () => void;
}

/** Sends a GET request that is not part of the task's result: the execution ends without waiting for it. */
export function openBackground(url: string, headers: [string, string][]): BackgroundCall {
  const call = base.newCall("GET", url, false);
  const head = { method: "GET", url, headers, redirect: "follow", timeoutMs: NO_LIMIT, background: true };
  const refusal = host(OPERATION.fetch, call.index, stringify(head), undefined);
  if (typeof refusal === "string") return { response: fail(refusal), abort: () => undefined };
  base.addCall(call, undefined);
  return {
    response: respond(call),
    abort: () => void host(OPERATION.abortFetch, call.index),
  };
}

async function fail(message: string): Promise<never> {
  throw new TypeError(message);
}

async function respond(call: ReturnType<typeof base.newCall>): Promise<BackgroundResponse> {
  const { status, url } = await base.promiseOf(call);
  const { settled, source } = call;
  const entries = settled !== undefined && "head" in settled ? settled.head.headers : [];
  let isRead = false;
  const pieces = async () => {
    if (source === undefined || isRead) return undefined;
    if (source.reads !== undefined) return source.reads.piece();
    isRead = true;
    return source.bytes(true);
  };
  return { status, type: contentTypeOf(entries), origin: new URL(url).origin, pieces };
}
