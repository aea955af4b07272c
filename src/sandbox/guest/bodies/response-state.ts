import type { ResponseState } from "../body.ts";
import { toByteString } from "../pairs.ts";
import { toDictionary } from "../webidl.ts";
import { base } from "./base.ts";
import { extract } from "./body.ts";

const NULL_BODY_STATUS = [101, 103, 204, 205, 304];
const REDIRECTS = [301, 302, 303, 307, 308];
const STATUS_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** https://fetch.spec.whatwg.org/#initialize-a-response */
export function newResponse(body: unknown, init: unknown): ResponseState {
  const state = withInit(init);
  if (body === null || body === undefined) return state;
  const { body: content, type } = extract(body);
  return withBody(state, content, type);
}

/** https://fetch.spec.whatwg.org/#dom-response-json */
export function jsonResponse([data, init]: readonly unknown[]): ResponseState {
  const text = JSON.stringify(data);
  if (text === undefined) throw new TypeError("the value has no JSON");
  return withBody(withInit(init), extract(text).body, "application/json");
}

/** https://fetch.spec.whatwg.org/#dom-response-redirect */
export function redirectResponse([url, status]: readonly unknown[]): ResponseState {
  const parsed = URL.parse(String(url));
  if (parsed === null) throw new TypeError(`${JSON.stringify(String(url).slice(0, 200))} is not a URL`);
  const code = status === undefined ? 302 : toUnsignedShort(status);
  if (!REDIRECTS.includes(code)) throw new RangeError(`${code} is not a status of a redirection`);
  return { ...defaultState(), status: code, headers: [["location", parsed.href]], immutable: true };
}

function defaultState(): ResponseState {
  const text = { url: "", statusText: "", headers: [] };
  return { type: "default", ...text, redirected: false, status: 200, immutable: false, body: null };
}

function withInit(init: unknown): ResponseState {
  const given = toDictionary(init, "the options of a Response");
  const headers = given.headers === undefined ? [] : base.rawEntries(new base.Headers(given.headers));
  const status = given.status === undefined ? 200 : toUnsignedShort(given.status);
  const statusText = given.statusText === undefined ? "" : toByteString(given.statusText, "the status text");
  if (status < 200 || status > 599)
    throw new RangeError(`the status of a Response is ${status}; it must be from 200 to 599`);
  if (!STATUS_TEXT.test(statusText)) throw new TypeError("the status text has a character that it can't have");
  return { ...defaultState(), status, statusText, headers };
}

function withBody(state: ResponseState, body: ResponseState["body"], type: string | null): ResponseState {
  if (NULL_BODY_STATUS.includes(state.status)) {
    throw new TypeError(`a response with the status ${state.status} can't have a body`);
  }
  const isTyped = state.headers.some(([name]) => name === "content-type");
  const headers =
    type === null || isTyped ? state.headers : [...state.headers, ["content-type", type] as [string, string]];
  return { ...state, headers, body };
}

/** https://webidl.spec.whatwg.org/#js-unsigned-short */
function toUnsignedShort(value: unknown): number {
  if (typeof value === "bigint") throw new TypeError("the status must be a number");
  return Number(value) & 0xffff;
}
