import { base } from "./base.ts";
import { formatMimeType, parseMimeType } from "./mime-type.ts";

/** What a data: URL contains. */
export interface DataUrl {
  mimeType: string;
  bytes: Uint8Array;
}

const DEFAULT_TYPE = "text/plain;charset=US-ASCII";
const BASE64 = /; *base64$/i;
const OUTER_SPACE = /^[\t\n\f\r ]+|[\t\n\f\r ]+$/g;
// Taken now, because a task can replace it.
const decodeBase64 = atob;

/** https://fetch.spec.whatwg.org/#data-url-processor. @param href a serialized data: URL without its fragment. @throws {TypeError} if it is malformed */
export function readDataUrl(href: string): DataUrl {
  const comma = href.indexOf(",");
  if (comma < 0) throw new TypeError("the data: URL has no comma, which separates its type from its data");
  const type = href.slice("data:".length, comma).replace(OUTER_SPACE, "");
  const data = percentDecode(href.slice(comma + 1));
  const bytes = BASE64.test(type) ? fromBase64(data) : data;
  return { mimeType: mimeTypeOf(type.replace(BASE64, "")), bytes };
}

function mimeTypeOf(text: string): string {
  const parsed = parseMimeType(text.startsWith(";") ? `text/plain${text}` : text);
  return parsed === undefined ? DEFAULT_TYPE : formatMimeType(parsed);
}

/** https://url.spec.whatwg.org/#string-percent-decode */
function percentDecode(text: string): Uint8Array {
  const bytes = base.encodeUtf8(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes[at] === 0x25 ? hexValue(bytes, at + 1) : -1;
    bytes[length++] = value < 0 ? (bytes[at] as number) : value;
    if (value >= 0) at += 2;
  }
  return bytes.slice(0, length);
}

/** Returns the value of two hexadecimal digits, or -1 if they are not there. */
function hexValue(bytes: Uint8Array, at: number): number {
  const high = digitValue(bytes[at]);
  const low = digitValue(bytes[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function digitValue(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** https://infra.spec.whatwg.org/#forgiving-base64-decode */
function fromBase64(data: Uint8Array): Uint8Array {
  const isAscii = data.every((byte) => byte < 0x80);
  let text: string | undefined;
  try {
    if (isAscii) text = decodeBase64(new TextDecoder().decode(data));
  } catch {}
  if (text === undefined) throw new TypeError("the data: URL says that its data is base64, but it is not");
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
