import type { HttpRedirect } from "../../domain/http.ts";
import { type AbortSignal, isSignal } from "./abort.ts";
import { type Body, bodiesPart, bodiesPartIfNeeded } from "./body.ts";
import { bytesOf } from "./bytes.ts";
import { Headers, rawEntries } from "./headers.ts";
import { formOf, isSearchParams, paramPairs, URLSearchParams } from "./url-search-params.ts";
import { isObjectOrFunction } from "./webidl.ts";

/** Options of a fetch call: those of the standard that have an effect here, and Ratchet's own. */
export interface FetchOptions {
  method?: unknown;
  headers?: ConstructorParameters<typeof Headers>[0];
  body?: unknown;
  redirect?: unknown;
  duplex?: unknown;
  signal?: unknown;
  /** Time limit of the whole exchange, in ms. */
  timeout?: unknown;
  /** Throw the typed error for a status other than 2xx. */
  throwHttpErrors?: unknown;
  /** How the host treats the call. The host reads them. */
  retry?: unknown;
  connectTimeout?: unknown;
  firstByteTimeout?: unknown;
  maxResponseSize?: unknown;
  breaker?: unknown;
}

/** A call in the form that the host expects. */
export interface PreparedRequest {
  method: string;
  url: string;
  headers: [string, string][];
  /** A body is a stream, which has to be read first. */
  body: string | Uint8Array | Body | undefined;
  redirect: HttpRedirect;
  timeoutMs: number | undefined;
  /** The signal of a Request; undefined if the call's options have it. */
  signal?: AbortSignal;
}

const FORM = "application/x-www-form-urlencoded";
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];
/** PATCH is not among them: https://fetch.spec.whatwg.org/#concept-method-normalize */
const NORMALISED = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];

/**
 * Encodes a fetch call. The body is the third argument or `options.body`. Text and bytes are sent unchanged,
 * URLSearchParams as a form, and any other value as JSON (or as a form if the content type is that of a form).
 * @throws {TypeError} for a call that can't be sent
 */
export function prepareRequest(url: unknown, options: FetchOptions, body: unknown): PreparedRequest {
  if (isObjectOrFunction(url)) {
    const request = takeRequest(url, options, body);
    if (request !== undefined) return request;
  }
  checkOptions(options);
  const method = requestMethod(options.method, body !== undefined);
  const bodiless = body === undefined && (options.body === undefined || options.body === null);
  if (bodiless && options.headers === undefined && method === "GET") return plainGet(url, options);
  const headers = new Headers(options.headers ?? undefined);
  const content = body === undefined ? options.body : body;
  const hasBody = content !== undefined && content !== null;
  if (hasBody && (method === "GET" || method === "HEAD")) {
    const advice = options.method === undefined ? ', so set a method, such as { method: "POST", body }' : "";
    throw new TypeError(`a ${method} request can't have a body${advice}`);
  }
  const encoded = hasBody ? encodeBody(content, headers, options.duplex) : undefined; // may add a content type to the headers
  return { method, url: String(url), headers: rawEntries(headers), body: encoded, ...conductOf(options) };
}

/** Takes a call apart whose first argument is a Request; returns undefined if it is something else. */
function takeRequest(input: object, options: FetchOptions, body: unknown): PreparedRequest | undefined {
  const parts = bodiesPartIfNeeded()?.takeRequest(input, body === undefined ? options : { ...options, body });
  if (parts === undefined) return undefined;
  const { method, url, headers, signal, body: content } = parts;
  const { timeoutMs } = conductOf(options);
  const sent = content === null ? undefined : sentBody(content);
  return {
    method,
    url,
    headers,
    body: sent,
    redirect: parts.redirect as HttpRedirect,
    timeoutMs,
    signal: signal as AbortSignal,
  };
}

/** Returns the content of a body if it is at hand. */
function sentBody(body: Body): string | Uint8Array | Body {
  if (body.stream !== undefined) return body;
  return typeof body.source === "string" || body.source instanceof Uint8Array ? body.source : body;
}

/** The most common request, without the work that others need. */
function plainGet(url: unknown, options: FetchOptions): PreparedRequest {
  return { method: "GET", url: String(url), headers: [], body: undefined, ...conductOf(options) };
}

function conductOf({ redirect, timeout }: FetchOptions): Pick<PreparedRequest, "redirect" | "timeoutMs"> {
  if (timeout !== undefined && !(typeof timeout === "number" && timeout > 0)) {
    throw new TypeError("timeout must be a number of milliseconds, more than 0");
  }
  return {
    redirect: redirect === "manual" || redirect === "error" ? redirect : "follow",
    timeoutMs: timeout,
  };
}

/**
 * The options that hardly any call has. All of them are about browsers, except `duplex`, which streams need. The part "bodies"
 * checks them as the standard says.
 */
const RARE = "mode credentials cache priority duplex integrity referrer referrerPolicy window".split(" ");
const REDIRECTS = ["follow", "error", "manual"];

/** @throws {TypeError} for a value that the standard forbids, and for `integrity`, which is not supported */
function checkOptions(options: FetchOptions): void {
  const { redirect } = options;
  let isRare = redirect !== undefined && !REDIRECTS.includes(redirect as string);
  for (const name of RARE) isRare ||= (options as Record<string, unknown>)[name] !== undefined;
  if (isRare) bodiesPart().checkOptions(options);
}

/** Returns the signal of a call; undefined if it has none. */
export function requestSignal(options: FetchOptions): AbortSignal | undefined {
  if (options.signal === undefined || options.signal === null) return undefined;
  if (isSignal(options.signal)) return options.signal;
  throw new TypeError("signal must be an AbortSignal");
}

function requestMethod(given: unknown, hasThird: boolean): string {
  // The form with three arguments is older, and a body always meant POST there.
  if (given === undefined || given === null) return hasThird ? "POST" : "GET";
  const text = String(given);
  const upper = text.toUpperCase();
  if (!METHOD.test(text) || FORBIDDEN_METHODS.includes(upper))
    throw new TypeError(`invalid method ${JSON.stringify(text)}`);
  // The standard leaves "patch" as it is, which hardly any server understands. The older form does not.
  return NORMALISED.includes(upper) || (hasThird && upper === "PATCH") ? upper : text;
}

function encodeBody(content: unknown, headers: Headers, duplex: unknown): PreparedRequest["body"] {
  const typeUnlessSet = (type: string) => {
    if (!headers.has("content-type")) headers.set("content-type", type);
  };
  if (typeof content === "string") {
    typeUnlessSet("text/plain;charset=UTF-8");
    return content.toWellFormed();
  }
  if (content instanceof ArrayBuffer || ArrayBuffer.isView(content)) return bytesOf(content).slice();
  if (typeof content === "object" && content !== null) {
    if (isSearchParams(content)) {
      typeUnlessSet(`${FORM};charset=UTF-8`);
      return formOf(paramPairs(content));
    }
    const extracted = bodiesPartIfNeeded()?.extractSent(content, duplex);
    if (extracted !== undefined) {
      if (extracted.type !== null) typeUnlessSet(extracted.type);
      return sentBody(extracted.body);
    }
  }
  if (
    (headers.get("content-type") ?? "").toLowerCase().startsWith(FORM) &&
    typeof content === "object" &&
    content !== null
  ) {
    return new URLSearchParams(content as Record<string, unknown>).toString();
  }
  const json = JSON.stringify(content);
  if (json === undefined) throw new TypeError(`a ${typeof content} can't be sent as a body`);
  typeUnlessSet("application/json");
  return json;
}
