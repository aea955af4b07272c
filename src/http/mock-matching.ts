import type { HttpRequest } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import type { HttpMock } from "../domain/task.ts";
import { matchesJson, matchJson } from "../lib/match-json.ts";
import { describeUrl } from "./describe-request.ts";

/** Tests a regular expression, given by its source. */
export type MockPatterns = (source: string, text: string) => boolean;

/** Maximum number of mocks that a message lists. */
const MAX_LISTED = 10;

/** Returns the mock for a call; undefined if none matches. @param used how many responses of each mock were used */
export function chooseMock(
  mocks: readonly HttpMock[],
  used: ReadonlyMap<HttpMock, number>,
  request: HttpRequest,
  pattern: MockPatterns,
): HttpMock | undefined {
  const able = mocks.filter(
    (mock) => isOfKind(mock, request) && hasMethod(mock, request) && mismatch(mock, request, pattern) === undefined,
  );
  const whole = able.filter((mock) => isWhole(mock, request.url));
  const matching = whole.length > 0 ? whole : able.filter((mock) => hasUrl(mock, request.url, pattern));
  return matching.find((mock) => (used.get(mock) ?? 0) < (mock.responses?.length ?? 1)) ?? matching.at(-1);
}

/** Returns the URL of a request in its standard form, without the fragment. */
export function normalizedUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  parsed.hash = "";
  return parsed.href;
}

/** Describes a mock for messages: its method and URL. */
export function describeMock({ method, url }: HttpMock): string {
  return `${method?.toUpperCase() ?? "ANY"} ${url}`;
}

/** Explains why no mock matches a call. */
export function noMatch(mocks: readonly HttpMock[], request: HttpRequest, pattern: MockPatterns): string {
  const call = `${request.socket === undefined ? request.method : "WebSocket"} ${request.url}`;
  if (mocks.length === 0) return `no mock matches ${call}: the test has no mocks`;
  const ranked = mocks
    .map((mock) => ({ text: describeMock(mock), score: similarity(mock, request) }))
    .sort((a, b) => b.score - a.score);
  const shown = ranked.slice(0, MAX_LISTED).map(({ text }) => text);
  const more = ranked.length > shown.length ? `, and ${ranked.length - shown.length} more` : "";
  return `no mock matches ${call}${hint(mocks, request, pattern)}; the nearest mock is ${shown[0]}${
    shown.length > 1 ? `, the others are ${shown.slice(1).join(", ")}${more}` : ""
  }`;
}

/** Says what is different about the call if its URL matches a mock. */
function hint(mocks: readonly HttpMock[], request: HttpRequest, pattern: MockPatterns): string {
  const sameUrl = mocks.filter((mock) => hasUrl(mock, request.url, pattern));
  if (sameUrl.length > 0 && !sameUrl.some((mock) => isOfKind(mock, request))) {
    return request.socket === undefined
      ? ' (the URL matches, but the mock has "messages", so it is one of a WebSocket)'
      : ' (the URL matches, but the mock has no "messages", which a WebSocket needs)';
  }
  const sameCall = sameUrl.filter((mock) => hasMethod(mock, request));
  if (sameUrl.length > 0 && sameCall.length === 0) return " (the URL matches, the method does not)";
  const [why] = sameCall.flatMap((mock) => mismatch(mock, request, pattern) ?? []);
  return why === undefined ? "" : ` (the URL matches, but ${why})`;
}

/** A WebSocket has a mock with messages, or one that fails, and a request any other mock. */
function isOfKind({ messages, error }: HttpMock, { socket }: HttpRequest): boolean {
  return socket === undefined ? messages === undefined : messages !== undefined || error !== undefined;
}

function hasMethod({ method }: HttpMock, request: HttpRequest): boolean {
  return method === undefined || method.toLowerCase() === request.method.toLowerCase();
}

function isWhole({ url, pattern }: HttpMock, called: string): boolean {
  return pattern === undefined && normalizedUrl(url) === normalizedUrl(called);
}

function hasUrl(mock: HttpMock, called: string, test: MockPatterns): boolean {
  if (mock.pattern !== undefined) return test(mock.pattern, normalizedUrl(called));
  return isWhole(mock, called) || isPart(mock.url, called);
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

/** Returns how the headers or the body of a call differ from what a mock wants; undefined if they match. */
function mismatch(mock: HttpMock, request: HttpRequest, pattern: MockPatterns): string | undefined {
  const { requestHeaders, requestBody } = mock;
  if (requestHeaders !== undefined) {
    const [line] = matchJson(requestHeaders, headersOf(request), pattern);
    if (line !== undefined) return `a header differs: ${line}`;
  }
  if (requestBody === undefined) return undefined;
  const bodies = bodiesOf(request);
  if (bodies.some((body) => matchesJson(requestBody, body, pattern))) return undefined;
  return `the body differs: ${matchJson(requestBody, bodies[0], pattern)[0] ?? ""}`;
}

function headersOf({ headers }: HttpRequest): Record<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = all.get(key);
    all.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(all);
}

/** Returns the forms in which a body can be compared: as JSON or as the fields of a form, and as text. */
function bodiesOf({ body, headers }: HttpRequest): (JsonValue | undefined)[] {
  if (body === null) return [undefined];
  const text = new TextDecoder().decode(body);
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return [Object.fromEntries(new URLSearchParams(text)), text];
  }
  try {
    return [JSON.parse(text) as JsonValue, text];
  } catch {
    return [text];
  }
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
  const method = hasMethod(mock, request) ? 0.1 : 0;
  return (front + back) / Math.max(1, wanted.length) + method;
}
