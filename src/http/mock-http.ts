import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../domain/http.ts";
import { DEFAULT_LIMITS } from "../domain/limits.ts";
import type { HttpMock, MockResponse } from "../domain/task.ts";
import { formatSize } from "../lib/size.ts";
import { checkPermission } from "./chain/check-permission.ts";
import { retryMocks } from "./chain/retry-mocks.ts";
import { substituteSecrets } from "./chain/substitute-secrets.ts";
import { trackProgress } from "./chain/track-progress.ts";
import { checkRequest } from "./check-request.ts";
import { describeRequest } from "./describe-request.ts";
import { exchangeDeadline } from "./exchange-deadline.ts";
import { codeWithin } from "./explain-failure.ts";
import { followRedirects } from "./follow-redirects.ts";
import { chooseMock, type MockPatterns, noMatch, normalizedUrl } from "./mock-matching.ts";
import { createPermit } from "./policy/permit.ts";
import { MockSocket } from "./websocket/mock-socket.ts";
import { wholeRequest } from "./whole-request.ts";

/** A mocked network, with the use of its mocks. */
export interface MockHttp {
  send: HttpSend;
  /** Returns how many responses of a mock were used. */
  used(mock: HttpMock): number;
  /** Returns the mocks that no call used, in their order. */
  unused(): HttpMock[];
  /** Returns the calls that no mock matched, as `METHOD URL`, in their order. */
  unmatched(): string[];
}

/**
 * Responds to calls from a list of mocks; nothing reaches the network.
 *
 * - A mock matches if its method (if it has one) is the call's, its `url` is the call's whole URL or a part of it (or
 *   its `pattern` matches), and its `requestBody` and `requestHeaders` match. A match of the whole URL is preferred to a
 *   match of a part or of a pattern.
 * - If several match, each is used once, in their order, and the last one for all further calls. So one mock serves any
 *   number of calls, and a list plays a sequence. A mock with `responses` is used until it has given all of them.
 * - `error` makes the connection fail with that message; a code in it, such as `ECONNREFUSED`, is the failure's code.
 * - `body`: a string is sent as it is (`text/plain`), a missing body or `null` is empty, anything else is sent as JSON.
 *   A Content-Type in `headers` is kept.
 * - Redirects are followed and requests checked, as in the real client. A call is retried only if it sets `retry` itself, and
 *   then without waiting.
 * - As in the real client, mocks see the values of secrets in place of the stand-ins, on the hosts of the secrets.
 * - A call without a matching mock fails, and the message lists the mocks, the most similar first.
 * @param pattern tests the regular expressions of the mocks. @default those of the language
 */
export function mockHttp(mocks: readonly HttpMock[], pattern: MockPatterns = testPattern): MockHttp {
  const used = new Map<HttpMock, number>();
  const unmatched: string[] = [];
  const reply: HttpSend = async (sent, signal) => {
    const request = await wholeRequest(sent);
    if (signal.aborted) throw new HttpFailure("aborted", `${describeRequest(request)} was aborted`);
    const mock = chooseMock(mocks, used, request, pattern);
    if (mock === undefined) {
      unmatched.push(`${request.socket === undefined ? request.method : "WebSocket"} ${request.url}`);
      throw new HttpFailure("refused", noMatch(mocks, request, pattern));
    }
    const number = used.get(mock) ?? 0;
    used.set(mock, number + 1);
    if (request.socket !== undefined && mock.error === undefined) return opened(mock, request, pattern);
    const response = mock.responses?.[Math.min(number, mock.responses.length - 1)] ?? mock;
    const { delayMs = 0 } = response;
    if (delayMs > 0) await delay(delayMs, signal);
    return await respond(response, request);
  };
  const permitted = checkPermission(retryMocks(substituteSecrets(reply)), createPermit());
  const redirecting = followRedirects(permitted, { maxRedirects: 10 });
  const stopped = new AbortController().signal;
  const limited = exchangeDeadline(redirecting, { timeoutFor: () => Number.POSITIVE_INFINITY, stopped });
  const checked = checkRequest(limited, { userAgent: "ratchet" });
  return {
    send: trackProgress(checked, ({ conduct }) => conduct?.retry !== undefined),
    used: (mock) => used.get(mock) ?? 0,
    unused: () => mocks.filter((mock) => !used.has(mock)),
    unmatched: () => unmatched,
  };
}

/** Opens a WebSocket whose server plays the mock's messages. The mock's header chooses the subprotocol, or the first is taken. */
function opened({ headers = {}, messages = [] }: HttpMock, request: HttpRequest, pattern: MockPatterns): HttpResponse {
  const chosen = Object.entries(headers).find(([name]) => name.toLowerCase() === "sec-websocket-protocol")?.[1];
  const protocol = chosen ?? request.socket?.protocols[0] ?? "";
  const socket = new MockSocket({ name: describeRequest(request), script: messages, protocol, pattern });
  const head = { status: 101, statusText: "Switching Protocols", url: request.url, redirected: false };
  return { ...head, headers: Object.entries(headers), body: new Uint8Array(0), socket };
}

function testPattern(source: string, text: string): boolean {
  return new RegExp(source, "u").test(text);
}

async function respond(mock: MockResponse, request: HttpRequest): Promise<HttpResponse> {
  if (mock.error !== undefined) throw new HttpFailure("network", mock.error, { code: codeWithin(mock.error) });
  const status = mock.status ?? 200;
  const { STATUS_CODES } = await import("node:http");
  const headers = Object.entries(mock.headers ?? {});
  const { body, type } = encode(mock);
  if (type !== undefined && !headers.some(([name]) => name.toLowerCase() === "content-type")) {
    headers.push(["content-type", type]);
  }
  const limit = request.maxResponseBytes ?? DEFAULT_LIMITS.fetchResponseBytes;
  if (body.byteLength > limit) {
    const message = `the mocked response is larger than the limit of ${formatSize(limit)}`;
    throw new HttpFailure("too-large", `${describeRequest(request)}: ${message}`);
  }
  return {
    status,
    statusText: STATUS_CODES[status] ?? "",
    url: normalizedUrl(request.url),
    redirected: false,
    headers,
    body: request.method === "HEAD" ? new Uint8Array(0) : body,
    timing: { waitMs: mock.delayMs ?? 0, receiveMs: 0 },
  };
}

function encode({ body, bodyBytes }: MockResponse): { body: Uint8Array; type?: string } {
  // A copy, because the receiver owns the body and its memory.
  if (bodyBytes !== undefined) return { body: bodyBytes.slice() };
  if (body === undefined || body === null) return { body: new Uint8Array(0) };
  const encoder = new TextEncoder();
  if (typeof body === "string") return { body: encoder.encode(body), type: "text/plain;charset=utf-8" };
  return { body: encoder.encode(JSON.stringify(body)), type: "application/json" };
}

/** Resolves after a time, or as soon as nobody waits for the response any more. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener(
    "abort",
    () => {
      clearTimeout(timer);
      resolve();
    },
    { once: true },
  );
  return promise;
}
