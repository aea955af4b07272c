import type { HttpRedirect } from "../../domain/http.ts";
import { AbortSignal } from "./abort.ts";
import { bytesOf } from "./bytes.ts";
import { Headers, rawEntries } from "./headers.ts";
import { URLSearchParams } from "./url-search-params.ts";

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
  body: string | Uint8Array | undefined;
  redirect: HttpRedirect;
  timeoutMs: number | undefined;
}

const FORM = "application/x-www-form-urlencoded";
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];
const NORMALISED = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/**
 * Encodes a fetch call. The body is the third argument or `options.body`. Text and bytes are sent unchanged,
 * URLSearchParams as a form, and any other value as JSON (or as a form if the content type is that of a form).
 * @throws {TypeError} for a call that can't be sent
 */
export function prepareRequest(url: unknown, options: FetchOptions, body: unknown): PreparedRequest {
  checkChoices(options);
  const method = requestMethod(options.method, body !== undefined);
  const bodiless = body === undefined && (options.body === undefined || options.body === null);
  if (bodiless && options.headers === undefined && method === "GET") return plainGet(url, options);
  const headers = new Headers(options.headers);
  const content = body === undefined ? options.body : body;
  const hasBody = content !== undefined && content !== null;
  if (hasBody && (method === "GET" || method === "HEAD")) {
    const advice = options.method === undefined ? ', so set a method, such as { method: "POST", body }' : "";
    throw new TypeError(`a ${method} request can't have a body${advice}`);
  }
  const encoded = hasBody ? encodeBody(content, headers) : undefined; // may add a content type to the headers
  return { method, url: String(url), headers: rawEntries(headers), body: encoded, ...conductOf(options) };
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
  if (options.signal instanceof AbortSignal) return options.signal;
  throw new TypeError("signal must be an AbortSignal");
}

function requestMethod(given: unknown, hasThird: boolean): string {
  // The form with three arguments is older, and a body always meant POST there.
  if (given === undefined || given === null) return hasThird ? "POST" : "GET";
  const text = String(given);
  const upper = text.toUpperCase();
  if (!METHOD.test(text) || FORBIDDEN_METHODS.includes(upper))
    throw new TypeError(`invalid method ${JSON.stringify(text)}`);
  return NORMALISED.includes(upper) ? upper : text;
}

function encodeBody(content: unknown, headers: Headers): string | Uint8Array {
  const typeUnlessSet = (type: string) => {
    if (!headers.has("content-type")) headers.set("content-type", type);
  };
  if (typeof content === "string") {
    typeUnlessSet("text/plain;charset=UTF-8");
    return content.toWellFormed();
  }
  if (content instanceof ArrayBuffer || ArrayBuffer.isView(content)) return bytesOf(content).slice();
  if (content instanceof URLSearchParams) {
    typeUnlessSet(`${FORM};charset=UTF-8`);
    return content.toString();
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
