import type { HttpRedirect } from "../../domain/http.ts";
import { type AbortSignal, isSignal } from "./abort.ts";
import { type Body, bodiesPartIfNeeded } from "./body.ts";
import { bytesOf } from "./bytes.ts";
import { Headers, rawEntries } from "./headers.ts";
import { formOf, isSearchParams, paramPairs, URLSearchParams } from "./url-search-params.ts";
import { isObjectOrFunction } from "./webidl.ts";

/** Options of a fetch call: those of the standard that have an effect here, and two of Ratchet's own. */
export interface FetchOptions {
  method?: unknown;
  headers?: ConstructorParameters<typeof Headers>[0];
  body?: unknown;
  redirect?: unknown;
  signal?: unknown;
  /** Time limit of the whole exchange, in ms. */
  timeout?: unknown;
  /** Throw the typed error for a status other than 2xx. */
  throwHttpErrors?: unknown;
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
  checkChoices(options);
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
  const encoded = hasBody ? encodeBody(content, headers) : undefined; // may add a content type to the headers
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
 * The options whose values are enumerations (https://fetch.spec.whatwg.org/#requestinit). All of them except `redirect`
 * are about browsers and have no effect here, but values outside the enumeration are rejected as the standard says.
 */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  redirect: ["follow", "error", "manual"],
  mode: ["same-origin", "no-cors", "cors"],
  credentials: ["omit", "same-origin", "include"],
  cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
  priority: ["high", "low", "auto"],
  duplex: ["half"],
};
const choiceNames = Object.keys(CHOICES);

/** @throws {TypeError} for a value outside its enumeration, and for `integrity`, which is not supported */
function checkChoices(options: FetchOptions): void {
  for (const name of choiceNames) {
    const given = (options as Record<string, unknown>)[name];
    if (given === undefined || CHOICES[name]?.includes(String(given))) continue;
    throw new TypeError(`${name} must be one of ${CHOICES[name]?.join(", ")}; it is ${JSON.stringify(String(given))}`);
  }
  const { integrity } = options as { integrity?: unknown };
  if (integrity === undefined || integrity === "") return;
  throw new TypeError("integrity is not checked here: compare a digest of the body (crypto.subtle.digest)");
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

function encodeBody(content: unknown, headers: Headers): PreparedRequest["body"] {
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
    const extracted = bodiesPartIfNeeded()?.extractObject(content);
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
