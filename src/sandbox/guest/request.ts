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
  redirect: "follow" | "manual" | "error";
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
  const method = requestMethod(
    options.method,
    body !== undefined || (options.body !== undefined && options.body !== null),
  );
  const headers = new Headers(options.headers);
  const content = body === undefined ? options.body : body;
  const hasBody = content !== undefined && content !== null;
  if (hasBody && (method === "GET" || method === "HEAD")) throw new TypeError(`a ${method} request can't have a body`);
  const redirect = options.redirect === "manual" || options.redirect === "error" ? options.redirect : "follow";
  return {
    method,
    url: String(url),
    headers: rawEntries(headers),
    body: hasBody ? encodeBody(content, headers) : undefined,
    redirect,
    timeoutMs: typeof options.timeout === "number" && options.timeout > 0 ? options.timeout : undefined,
  };
}

/** The signal of a call, undefined when there is none. */
export function requestSignal(options: FetchOptions): AbortSignal | undefined {
  if (options.signal === undefined || options.signal === null) return undefined;
  if (options.signal instanceof AbortSignal) return options.signal;
  throw new TypeError("signal must be an AbortSignal");
}

function requestMethod(given: unknown, hasBody: boolean): string {
  // A body without a method is meant to be sent: GET could not carry it.
  if (given === undefined || given === null) return hasBody ? "POST" : "GET";
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
