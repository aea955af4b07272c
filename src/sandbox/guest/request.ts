import type { HttpRedirect } from "../../domain/http.ts";
import { AbortSignal } from "./abort.ts";
import { bytesOf } from "./bytes.ts";
import { Headers, rawEntries } from "./headers.ts";
import { URLSearchParams } from "./url-search-params.ts";

/** Options of a fetch call: the standard ones that mean something here, and two of Ratchet's own. */
export interface FetchOptions {
  method?: unknown;
  headers?: ConstructorParameters<typeof Headers>[0];
  body?: unknown;
  redirect?: unknown;
  signal?: unknown;
  /** ms for the whole exchange. */
  timeout?: unknown;
  /** A non-2xx status raises the typed error. */
  throwHttpErrors?: unknown;
}

/** A call made ready for the host. */
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
 * Encodes a fetch call. The body is the third argument, or `options.body`: text and bytes as they are, URLSearchParams
 * as a form, any other value as JSON (or as a form when the content type says so).
 * @throws {TypeError} for what can't be sent
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
  const encoded = hasBody ? encodeBody(content, headers) : undefined; // this may add a content type
  return { method, url: String(url), headers: rawEntries(headers), body: encoded, ...conductOf(options) };
}

/** The commonest request, without the machinery the others need. */
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
 * The options that the standard takes from fixed words (https://fetch.spec.whatwg.org/#requestinit). All but `redirect`
 * are about browsers and change nothing here, but a word that means nothing is refused as there.
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

/** @throws {TypeError} for a word that is not among the choices, and for a check of integrity, which is not made here */
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

/** The signal of a call, undefined when there is none. */
export function requestSignal(options: FetchOptions): AbortSignal | undefined {
  if (options.signal === undefined || options.signal === null) return undefined;
  if (options.signal instanceof AbortSignal) return options.signal;
  throw new TypeError("signal must be an AbortSignal");
}

function requestMethod(given: unknown, hasThird: boolean): string {
  // The form with three arguments is older than the standard's and always meant to send its body.
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
