import { OPERATION } from "../../host-operations.ts";
import type { UrlParts } from "../../url-part-names.ts";
import { toUsvString } from "../pairs.ts";
import { isObjectOrFunction, toDomString, toSequence } from "../webidl.ts";
import { base, host, parse } from "./base.ts";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const LONGEST_REASON = 123;
const { isFinite: isFiniteNumber } = Number;
const { floor, max, min } = Math;
const toNumber = Number;

/** https://websockets.spec.whatwg.org/#get-a-url-record @throws {DOMException} SyntaxError */
export function toSocketUrl(value: unknown): string {
  const text = toUsvString(value, "the URL of a WebSocket");
  const parts = urlOf(text);
  if (parts === undefined) throw syntaxError(`"${text.slice(0, 200)}" is not an absolute URL, such as wss://host/path`);
  const scheme = { "http:": "ws:", "https:": "wss:" }[parts.protocol];
  const href = scheme === undefined ? parts.href : scheme + parts.href.slice(parts.protocol.length);
  if (!/^wss?:/.test(href)) throw syntaxError(`a WebSocket has a ws: or wss: URL, not ${parts.protocol}`);
  if (href.includes("#")) throw syntaxError("the URL of a WebSocket must not have a fragment");
  // With another scheme, another port is the standard one.
  return scheme === undefined ? href : (urlOf(href)?.href ?? href);
}

function urlOf(text: string): UrlParts | undefined {
  const parts = host(OPERATION.parseUrl, text, undefined);
  return typeof parts === "string" ? (parse(parts) as UrlParts) : undefined;
}

/** Converts `(DOMString or sequence<DOMString>)`. @throws {DOMException} SyntaxError for what no header can have */
export function toProtocols(value: unknown): string[] {
  const toProtocol = (item: unknown) => toDomString(item, "a subprotocol");
  const isList = isObjectOrFunction(value) && value[Symbol.iterator] !== undefined && value[Symbol.iterator] !== null;
  const protocols =
    value === undefined ? [] : isList ? toSequence(value, toProtocol, "the subprotocols") : [toProtocol(value)];
  const seen: Record<string, true> = { __proto__: null } as unknown as Record<string, true>;
  for (const protocol of protocols) {
    if (!TOKEN.test(protocol)) throw syntaxError(`"${protocol.slice(0, 80)}" is not the name of a subprotocol`);
    if (seen[protocol]) throw syntaxError(`the subprotocol "${protocol.slice(0, 80)}" is given twice`);
    seen[protocol] = true;
  }
  return protocols;
}

/** Converts the code for close(). @throws {DOMException} InvalidAccessError for one that a script must not send */
export function toCloseCode(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const code = clampedShort(value);
  if (code === 1000 || (code >= 3000 && code <= 4999)) return code;
  throw new DOMException(`the code ${code} can't be sent; it must be 1000, or from 3000 to 4999`, "InvalidAccessError");
}

/** Converts the reason for close(). @throws {DOMException} SyntaxError for one that is too long */
export function toCloseReason(value: unknown): string {
  if (value === undefined) return "";
  const reason = toUsvString(value, "the reason");
  if (base.encodeUtf8(reason).length <= LONGEST_REASON) return reason;
  throw syntaxError("the reason is longer than 123 bytes of UTF-8");
}

/** https://webidl.spec.whatwg.org/#abstract-opdef-converttoint with [Clamp], for 16 bits */
function clampedShort(value: unknown): number {
  if (typeof value === "bigint") throw new TypeError("the code must be a number, not a bigint");
  const number = toNumber(value);
  const inRange = min(max(number, 0), 65_535);
  if (!isFiniteNumber(inRange)) return 0;
  const whole = floor(inRange);
  // Halves go to the even neighbour.
  return inRange - whole > 0.5 || (inRange - whole === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

function syntaxError(message: string): DOMException {
  return new DOMException(message, "SyntaxError");
}
