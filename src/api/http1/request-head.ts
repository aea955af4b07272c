import { closing, malformed, parseField, shown } from "./grammar.ts";
import { parseRequestLine } from "./request-line.ts";

/** The head of a request, checked. */
export interface RequestHead {
  method: string;
  url: string;
  headers: Headers;
  minor: 0 | 1;
  /** The client may send another request after this one. */
  keepAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean;
  /** Framing of the body: a number of bytes, or chunks. */
  framing: number | "chunked";
}

/** Maximum number of header fields of a request. */
export const MAX_FIELDS = 200;

/** Name or address, and port (RFC 3986, section 3.2.2), without characters that end the authority of a URL. */
const HOST = /^(?:\[[\dA-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::(\d{0,5}))?$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)([/?].*)?$/i;

/**
 * Reads a request's head.
 * @param lines the request line and the field lines, without line ends
 * @throws {HttpError} 400, 414, 431, 501 or 505
 */
export function readHead(lines: readonly string[]): RequestHead {
  const { method, target, minor } = parseRequestLine(lines[0] ?? "");
  if (lines.length - 1 > MAX_FIELDS) {
    const message = `The request has ${lines.length - 1} header fields; the limit is ${MAX_FIELDS}.`;
    throw closing(431, "HEADERS_TOO_LARGE", message, "Send fewer headers.");
  }
  const headers = new Headers();
  const single: SingleFields = {
    host: undefined,
    connection: undefined,
    length: undefined,
    coding: undefined,
    expect: undefined,
  };
  for (let at = 1; at < lines.length; at++) {
    const { name, value } = parseField(lines[at] ?? "");
    noteField(single, name, value);
    headers.append(name, value);
  }
  if (single.host === undefined && minor === 1) {
    throw malformed("The header Host is missing.", "Send it, because HTTP/1.1 requires it.");
  }
  // HTTP/1.0 has no expectations (RFC 9110, section 10.1.1).
  if (minor === 0 && single.expect !== undefined) headers.delete("expect");
  const { authority, path } = readTarget(method, target, single.host);
  // The authority of the target overrides Host (RFC 9112, section 3.2.2).
  if (authority !== single.host && authority !== undefined) headers.set("host", authority);
  return {
    method,
    url: `http://${authority || "localhost"}${path}`,
    headers,
    minor,
    keepAlive: keepsAlive(single.connection, minor),
    expectsContinue: expectsContinue(single.expect, minor),
    framing: readFraming(single.length, single.coding, minor),
  };
}

/** Fields that control the connection itself. */
interface SingleFields {
  host: string | undefined;
  /** The only one of these that may be repeated. */
  connection: string | undefined;
  length: string | undefined;
  coding: string | undefined;
  expect: string | undefined;
}

/** @throws {HttpError} 400 for a repeated field: two readers could interpret it differently */
function noteField(fields: SingleFields, name: string, value: string): void {
  const once = (before: string | undefined): string => {
    if (before === undefined) return withoutSpaces(value);
    throw malformed(`The header ${name} is given more than once.`, "Send it once.");
  };
  // Most names have another length, and need no comparison.
  switch (name.length) {
    case 4:
      if (name.toLowerCase() === "host") fields.host = once(fields.host);
      break;
    case 6:
      if (name.toLowerCase() === "expect") fields.expect = once(fields.expect);
      break;
    case 10:
      if (name.toLowerCase() !== "connection") break;
      fields.connection = fields.connection === undefined ? value : `${fields.connection},${value}`;
      break;
    case 14:
      if (name.toLowerCase() === "content-length") fields.length = once(fields.length);
      break;
    case 17:
      if (name.toLowerCase() === "transfer-encoding") fields.coding = once(fields.coding);
  }
}

/**
 * Removes the spaces around a value. Other white space, such as a tab, stays and makes the value invalid, because
 * readers differ in whether they remove it.
 */
function withoutSpaces(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && value[start] === " ") start += 1;
  while (end > start && value[end - 1] === " ") end -= 1;
  return value.slice(start, end);
}

function readTarget(method: string, target: string, host: string | undefined) {
  if (host !== undefined) checkHost(host);
  if (target.includes("#"))
    throw malformed("The request target has a fragment.", "Leave out the part that starts with #.");
  if (target.startsWith("/")) return { authority: host, path: target };
  const [, authority, path = "/"] = ABSOLUTE_FORM.exec(target) ?? [];
  if (authority !== undefined && authority !== "") {
    checkHost(authority);
    return { authority, path: path.startsWith("/") ? path : `/${path}` };
  }
  if (target === "*" && method === "OPTIONS") return { authority: host, path: "/*" };
  throw malformed(`The request target ${shown(target)} is not a path.`, "Start it with a slash.");
}

function checkHost(host: string): void {
  const match = HOST.exec(host);
  if (match !== null && Number(match[1] ?? 0) <= 65_535) return;
  throw malformed(`The host ${shown(host)} is not a name or an address with a port.`);
}

function keepsAlive(connection: string | undefined, minor: 0 | 1): boolean {
  if (connection === undefined) return minor === 1;
  if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(connection)) return false;
  return minor === 1 || /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i.test(connection);
}

/** Other expectations are rejected once it is known who sent the request. */
function expectsContinue(expect: string | undefined, minor: 0 | 1): boolean {
  return minor === 1 && expect?.toLowerCase() === "100-continue";
}

/**
 * Returns the framing of the body (RFC 9112, section 6.3). Ambiguous framing is an error, to prevent request smuggling.
 */
function readFraming(length: string | undefined, coding: string | undefined, minor: 0 | 1): number | "chunked" {
  if (coding === undefined) {
    if (length === undefined) return 0;
    if (/^\d{1,15}$/.test(length)) return Number(length);
    throw malformed(`The Content-Length ${shown(length)} is not a number of bytes.`);
  }
  if (length !== undefined) {
    throw malformed("The request has both Content-Length and Transfer-Encoding.", "Send only one of them.");
  }
  if (minor === 0) throw malformed("Transfer-Encoding does not exist in HTTP/1.0.", "Use Content-Length or HTTP/1.1.");
  if (coding.toLowerCase() === "chunked") return "chunked";
  const codings = coding.toLowerCase().split(",").map(withoutSpaces);
  if (codings.at(-1) !== "chunked" || codings.filter((name) => name === "chunked").length > 1) {
    throw malformed(`The Transfer-Encoding ${shown(coding)} must contain chunked once, at the end.`);
  }
  const message = `The server does not decode the Transfer-Encoding ${shown(coding)}.`;
  throw closing(501, "TRANSFER_CODING_NOT_IMPLEMENTED", message, "Use only chunked.");
}
