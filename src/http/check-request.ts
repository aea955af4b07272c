import { HttpFailure, type HttpRequest, type HttpSend } from "../domain/http.ts";
import { HTTP_METHODS } from "../domain/http-methods.ts";
import { describeUrl } from "./describe-request.ts";
import { DECODED_CODINGS } from "./read-body.ts";

/**
 * Headers of the connection (RFC 9110 section 7.6.1) and of framing. The client sets them and drops a task's silently.
 */
const CONNECTION_HEADERS = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Creates the first layer, which rejects invalid requests and completes the others. Only `http:` and
 * `https:` URLs pass. A header that a client must not
 * send (control characters, characters beyond Latin-1) is an error. So is
 * a Host header with another host than the URL's, because permissions are about names. Headers of the connection are
 * dropped, as in browsers.
 */
export function checkRequest(next: HttpSend, { userAgent }: { userAgent: string }): HttpSend {
  return async (request, signal) => {
    const url = request.socket === undefined ? checkUrl(request.url) : new URL(request.url);
    const method = checkMethod(request.method);
    const body = request.body === null || request.body.byteLength === 0 ? null : request.body;
    if ((body !== null || request.upload !== undefined) && (method === "GET" || method === "HEAD")) {
      throw new HttpFailure("invalid-request", `a ${method} request can't have a body`);
    }
    const headers = checkHeaders(request.headers, url);
    if (!has(headers, "user-agent")) headers.push(["User-Agent", userAgent]);
    if (!has(headers, "accept")) headers.push(["Accept", "*/*"]);
    if (!has(headers, "accept-encoding")) headers.push(["Accept-Encoding", DECODED_CODINGS]);
    return next({ ...request, url: url.href, method, headers, body }, signal);
  };
}

/**
 * Parses the URL of a request.
 * @throws {HttpFailure} `invalid-request` for a URL that is not valid, or has a scheme other than http and https
 */
function checkUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new HttpFailure(
      "invalid-request",
      `"${describeUrl(text)}" is not an absolute URL, such as https://host/path`,
    );
  }
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HttpFailure("invalid-request", `only http: and https: URLs can be fetched, not ${url.protocol}`);
  }
  return url;
}

/**
 * Converts methods that the Fetch standard (section 2.2.1) normalizes, and PATCH, to upper case; others stay as
 * written.
 */
function checkMethod(method: string): HttpRequest["method"] {
  const upper = method.toUpperCase();
  const normalized = /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT|PATCH)$/.test(upper) ? upper : method;
  if (HTTP_METHODS.has(normalized)) return normalized;
  const near = HTTP_METHODS.has(upper) ? `; methods are case-sensitive: write ${upper}` : "";
  throw new HttpFailure("invalid-request", `"${method.slice(0, 40)}" is not a method that can be sent${near}`);
}

function checkHeaders(headers: HttpRequest["headers"], url: URL): HttpRequest["headers"] {
  const kept: HttpRequest["headers"] = [];
  for (const [name, rawValue] of headers) {
    const lower = name.toLowerCase();
    const value = rawValue.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "");
    if (!HEADER_NAME.test(name)) {
      throw new HttpFailure("invalid-request", `"${name.slice(0, 80)}" is not a header name`);
    }
    if (!isHeaderValue(value)) {
      const what =
        "control characters other than tab and characters beyond Latin-1 can't be sent, so encode them, such as with encodeURIComponent";
      throw new HttpFailure("invalid-request", `the value of the header "${name.slice(0, 80)}" is not valid: ${what}`);
    }
    if (lower === "host") checkHost(value, url);
    else if (!CONNECTION_HEADERS.has(lower)) add(kept, name, value);
  }
  return kept;
}

/** Adds a header. Joins repeated Cookie lines to one list (RFC 6265 section 5.4); Bun would use a comma. */
function add(headers: HttpRequest["headers"], name: string, value: string): void {
  const before =
    name.toLowerCase() === "cookie" ? headers.find(([other]) => other.toLowerCase() === "cookie") : undefined;
  if (before === undefined) headers.push([name, value]);
  else before[1] = `${before[1]}; ${value}`;
}

/** Checks the bytes of a field value: visible ASCII, space, tab, 0x80 to 0xff (RFC 9110 section 5.5). */
function isHeaderValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 9) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

function checkHost(value: string, url: URL): void {
  const wanted = url.host;
  const explicit = `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
  if (value.toLowerCase() === wanted || value.toLowerCase() === explicit) return;
  throw new HttpFailure(
    "invalid-request",
    `the Host header "${value.slice(0, 80)}" does not name the URL's host ${wanted}`,
  );
}

function has(headers: HttpRequest["headers"], wanted: string): boolean {
  return headers.some(([name]) => name.toLowerCase() === wanted);
}
