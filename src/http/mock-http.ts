import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../domain/http.ts";
import { DEFAULT_LIMITS } from "../domain/limits.ts";
import type { HttpMock } from "../domain/task.ts";
import { formatSize } from "../lib/size.ts";
import { checkRequest } from "./check-request.ts";
import { describeRequest, describeUrl } from "./describe-request.ts";
import { exchangeDeadline } from "./exchange-deadline.ts";
import { codeWithin } from "./explain-failure.ts";
import { followRedirects } from "./follow-redirects.ts";

/** A mocked network, with the use of its mocks. */
export interface MockHttp {
  send: HttpSend;
  /** Returns the mocks that no call used, in their order. */
  unused(): HttpMock[];
  /** Returns the calls that no mock matched, as `METHOD URL`, in their order. */
  unmatched(): string[];
}

/**
 * Responds to calls from a list of mocks; nothing reaches the network.
 *
 * - A mock matches if its method (if it has one) is the call's, and its `url` is the call's whole URL or a part of
 *   it. A match of the whole URL is preferred to a match of a part.
 * - If several match, each is used once, in their order, and the last one for all further calls. So one mock serves any
 *   number of calls, and a list plays a sequence.
 * - `error` makes the connection fail with that message; a code in it, such as `ECONNREFUSED`, is the failure's code.
 * - `body`: a string is sent as it is (`text/plain`), a missing body or `null` is empty, anything else is sent as JSON.
 *   A Content-Type in `headers` is kept.
 * - Redirects are followed and requests checked, as in the real client.
 * - A call without a matching mock fails, and the message lists the mocks, the most similar first.
 */
export function mockHttp(mocks: readonly HttpMock[]): MockHttp {
  const used = new Set<HttpMock>();
  const unmatched: string[] = [];
  const reply: HttpSend = async (request, signal) => {
    if (signal.aborted) throw new HttpFailure("aborted", `${describeRequest(request)} was aborted`);
    const mock = choose(mocks, used, request);
    if (mock === undefined) {
      unmatched.push(`${request.method} ${request.url}`);
      throw new HttpFailure("refused", noMatch(mocks, request));
    }
    used.add(mock);
    if (mock.error !== undefined) throw new HttpFailure("network", mock.error, { code: codeWithin(mock.error) });
    const response = await respond(mock, request);
    const limit = request.maxResponseBytes ?? DEFAULT_LIMITS.fetchResponseBytes;
    if (response.body.byteLength <= limit) return response;
    throw new HttpFailure(
      "too-large",
      `${describeRequest(request)}: the mocked response is larger than the limit of ${formatSize(limit)}`,
    );
  };
  const redirecting = followRedirects(reply, { maxRedirects: 10 });
  const stopped = new AbortController().signal;
  const limited = exchangeDeadline(redirecting, { timeoutMs: Number.POSITIVE_INFINITY, stopped });
  return {
    send: checkRequest(limited, { userAgent: "ratchet" }),
    unused: () => mocks.filter((mock) => !used.has(mock)),
    unmatched: () => unmatched,
  };
}

function choose(mocks: readonly HttpMock[], used: ReadonlySet<HttpMock>, request: HttpRequest): HttpMock | undefined {
  const sameMethod = mocks.filter(({ method }) => method === undefined || sameText(method, request.method));
  const whole = sameMethod.filter(({ url }) => normalized(url) === normalized(request.url));
  const matching = whole.length > 0 ? whole : sameMethod.filter(({ url }) => isPart(url, request.url));
  return matching.find((mock) => !used.has(mock)) ?? matching.at(-1);
}

function normalized(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.hash = "";
  return parsed.href;
}

/** Tells whether a URL contains a part, which may be unencoded (`/a b?q=ü`) or encoded (`/a%20b?q=%C3%BC`). */
function isPart(part: string, url: string): boolean {
  if (url.includes(part)) return true;
  try {
    return decodeURI(url).includes(part);
  } catch {
    return false;
  }
}

async function respond(mock: HttpMock, request: HttpRequest): Promise<HttpResponse> {
  const status = mock.status ?? 200;
  const { STATUS_CODES } = await import("node:http");
  const headers = Object.entries(mock.headers ?? {});
  const { body, type } = encode(mock.body);
  if (type !== undefined && !headers.some(([name]) => sameText(name, "content-type"))) {
    headers.push(["content-type", type]);
  }
  return {
    status,
    statusText: STATUS_CODES[status] ?? "",
    url: normalized(request.url),
    redirected: false,
    headers,
    body: request.method === "HEAD" ? new Uint8Array(0) : body,
    timing: { waitMs: 0, receiveMs: 0 },
  };
}

function encode(body: HttpMock["body"]): { body: Uint8Array; type?: string } {
  if (body === undefined || body === null) return { body: new Uint8Array(0) };
  const encoder = new TextEncoder();
  if (typeof body === "string") return { body: encoder.encode(body), type: "text/plain;charset=utf-8" };
  return { body: encoder.encode(JSON.stringify(body)), type: "application/json" };
}

function noMatch(mocks: readonly HttpMock[], request: HttpRequest): string {
  const call = `${request.method} ${request.url}`;
  if (mocks.length === 0) return `no mock matches ${call}: the test has no mocks`;
  const ranked = mocks
    .map((mock) => ({ text: `${mock.method?.toUpperCase() ?? "ANY"} ${mock.url}`, score: similarity(mock, request) }))
    .sort((a, b) => b.score - a.score);
  const shown = ranked.slice(0, 10).map(({ text }) => text);
  const more = ranked.length > shown.length ? `, and ${ranked.length - shown.length} more` : "";
  const otherMethod = mocks.some(({ url }) => isPart(url, request.url))
    ? " (the URL matches, the method does not)"
    : "";
  return `no mock matches ${call}${otherMethod}; the nearest mock is ${shown[0]}${
    shown.length > 1 ? `, the others are ${shown.slice(1).join(", ")}${more}` : ""
  }`;
}

/** Returns the share of the mock's URL that also starts or ends the call's URL. */
function similarity(mock: HttpMock, request: HttpRequest): number {
  const wanted = mock.url;
  const url = describeUrl(request.url);
  const from = Math.max(0, wanted.includes("://") ? 0 : url.indexOf(wanted.slice(0, 4)));
  let front = 0;
  while (front < wanted.length && wanted[front] === url[from + front]) front++;
  let back = 0;
  while (back < wanted.length && wanted.at(-1 - back) === url.at(-1 - back)) back++;
  const method = mock.method === undefined || sameText(mock.method, request.method) ? 0.1 : 0;
  return (front + back) / Math.max(1, wanted.length) + method;
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
