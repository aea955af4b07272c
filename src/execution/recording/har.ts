import type { HttpRedirect } from "../../domain/http.ts";
import type { HttpExchange } from "../../http/record-http.ts";
import { buildInfo } from "../../lib/build-info.ts";
import { defined } from "../../lib/defined.ts";
import { type HarSocket, toHarSocket } from "./har-messages.ts";
import { utf8TextOf } from "./mask-exchange.ts";

/** A name and a value, as HAR lists headers, cookies and query fields. */
export interface HarPair {
  name: string;
  value: string;
}

/** One entry of {@link Har}. Members with `_` are Ratchet's own, which HAR 1.2 allows. */
export interface HarEntry extends HarSocket {
  startedDateTime: string;
  time: number;
  request: {
    method: string;
    url: string;
    httpVersion: string;
    cookies: HarPair[];
    headers: HarPair[];
    queryString: HarPair[];
    /** `_encoding: "base64"` marks bytes that are not UTF-8. HAR has no member for that in requests. */
    postData?: { mimeType: string; text: string; _encoding?: "base64" };
    headersSize: number;
    bodySize: number;
    _redirect?: HttpRedirect;
    /** The requests that redirects led to, in order. */
    _redirects?: { method: string; url: string }[];
  };
  response: {
    /** 0 if there was no response. `_error` contains the reason. */
    status: number;
    statusText: string;
    httpVersion: string;
    cookies: HarPair[];
    headers: HarPair[];
    content: { size: number; mimeType: string; text?: string; encoding?: "base64" };
    redirectURL: string;
    headersSize: number;
    bodySize: number;
    /** URL of the response after redirects. */
    _url?: string;
    _redirected?: boolean;
    /** Why there was no response, or why its body ended early. */
    _error?: { kind: string; message: string };
    /** How often the request was sent, if that was more than once. */
    _attempts?: number;
    /** The sizes of the pieces in which a task read a body as it arrived, bytes. */
    _pieces?: number[];
  };
  cache: Record<string, never>;
  timings: { send: number; wait: number; receive: number };
}

/** An HTTP archive, version 1.2 (http://www.softwareishard.com/blog/har-12-spec). */
export interface Har {
  log: { version: "1.2"; creator: { name: string; version: string }; entries: HarEntry[] };
}

/** Converts exchanges to an HTTP archive. An exchange without a result is written as aborted. */
export function toHar(exchanges: readonly HttpExchange[]): Har {
  const creator = { name: "ratchet", version: buildInfo().version };
  return { log: { version: "1.2", creator, entries: exchanges.map(toEntry) } };
}

function toEntry(exchange: HttpExchange): HarEntry {
  const { request, startedAt, durationMs = 0, result } = exchange;
  const receive = result !== undefined && "response" in result ? (result.response.timing?.receiveMs ?? 0) : 0;
  const postData = request.body === null ? undefined : toPostData(request.body, request.headers);
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time: rounded(durationMs),
    request: {
      method: request.method,
      url: request.url,
      httpVersion: "HTTP/1.1",
      cookies: cookiesOf(valuesOf(request.headers, "cookie").join(";")),
      headers: request.headers.map(([name, value]) => ({ name, value })),
      queryString: [...new URLSearchParams(/\?([^#]*)/.exec(request.url)?.[1])].map(([name, value]) => ({
        name,
        value,
      })),
      ...defined({ postData, _redirect: request.redirect, _redirects: exchange.redirects }),
      headersSize: -1,
      bodySize: request.body?.byteLength ?? 0,
    },
    response: toResponse(result),
    cache: {},
    timings: { send: 0, wait: rounded(Math.max(0, durationMs - receive)), receive: rounded(receive) },
    ...toHarSocket(result !== undefined && "response" in result ? result.socket : undefined),
  };
}

function toResponse(result: HttpExchange["result"]): HarEntry["response"] {
  if (result === undefined || "failure" in result) {
    const failure = result?.failure ?? { kind: "aborted", message: "still in progress when the execution ended" };
    return {
      status: 0,
      statusText: "",
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: "x-unknown" },
      redirectURL: "",
      headersSize: -1,
      bodySize: -1,
      _error: failure,
    };
  }
  const { status, statusText, headers, body, url, redirected, attempts } = result.response;
  return {
    status,
    statusText,
    httpVersion: "HTTP/1.1",
    cookies: valuesOf(headers, "set-cookie").flatMap((line) => cookiesOf(line.split(";")[0] ?? "")),
    headers: headers.map(([name, value]) => ({ name, value })),
    content: { size: body.byteLength, mimeType: valuesOf(headers, "content-type")[0] ?? "", ...bodyText(body) },
    redirectURL: valuesOf(headers, "location")[0] ?? "",
    headersSize: -1,
    bodySize: -1,
    _url: url,
    _redirected: redirected,
    ...defined({ _error: result.brokenBy, _pieces: result.pieces, _attempts: attempts }),
  };
}

function toPostData(body: Uint8Array, headers: HttpExchange["request"]["headers"]): HarEntry["request"]["postData"] {
  const { text, encoding } = bodyText(body);
  return defined({ mimeType: valuesOf(headers, "content-type")[0] ?? "", text, _encoding: encoding });
}

function bodyText(body: Uint8Array): { text: string; encoding?: "base64" } {
  const text = utf8TextOf(body);
  return text === undefined ? { text: Buffer.from(body).toString("base64"), encoding: "base64" } : { text };
}

function valuesOf(headers: HttpExchange["request"]["headers"], wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

function cookiesOf(text: string): HarPair[] {
  return text
    .split(";")
    .filter((pair) => pair.includes("="))
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return { name: name.trim(), value: value.join("=").trim() };
    });
}

/** Rounds to microseconds. Further digits of a clock are noise. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
