import { closing, malformed, parseField, shown } from "./grammar.ts";
import { parseRequestLine } from "./request-line.ts";

/** The head of a request, checked. */
export interface RequestHead {
  method: string;
  url: string;
  headers: Headers;
  minor: 0 | 1;
  /** Whether the client may send another request after this one. */
  keepAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean;
  /** How the body is framed: a number of bytes, or in chunks. */
  framing: number | "chunked";
}

/** Most header fields of a request. */
export const MAX_FIELDS = 200;

/** Name or address, and port (RFC 3986, section 3.2.2); nothing that would end the authority of a URL. */
const HOST = /^(?:\[[\dA-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d{0,5})?$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?]*)([/?].*)?$/i;

/**
 * Reads a request's head.
 * @param lines the request line and the field lines, without their ends
 * @throws {Refusal} 400, 414, 417, 431, 501 or 505
 */
export function readHead(lines: readonly string[]): RequestHead {
  const { method, target, minor } = parseRequestLine(lines[0] ?? "");
  if (lines.length - 1 > MAX_FIELDS) {
    const message = `The request has ${lines.length - 1} header fields; the limit is ${MAX_FIELDS}.`;
    throw closing(431, "HEADERS_TOO_LARGE", message, "Send fewer headers.");
  }
  const headers = new Headers();
  const single: Partial<Record<string, string>> = {};
  for (let at = 1; at < lines.length; at++) {
    const { name, value } = parseField(lines[at] ?? "");
    const key = name.toLowerCase();
    if (SINGLE.has(key)) {
      if (single[key] !== undefined) throw malformed(`The header ${name} is given more than once.`, "Send it once.");
      single[key] = value.trim();
    }
    headers.append(name, value);
  }
  if (single.host === undefined && minor === 1) {
    throw malformed("The header Host is missing.", "Send it: HTTP/1.1 requires it.");
  }
  const { authority, path } = readTarget(method, target, single.host);
  // The authority of the target counts, and Host does not (RFC 9112, section 3.2.2).
  if (authority !== single.host && authority !== undefined) headers.set("host", authority);
  return {
    method,
    url: `http://${authority || "localhost"}${path}`,
    headers,
    minor,
    keepAlive: keepsAlive(headers.get("connection"), minor),
    expectsContinue: expectsContinue(single.expect, minor),
    framing: readFraming(single["content-length"], single["transfer-encoding"], minor),
  };
}

/** Fields on which the meaning of a request hangs: two of them, and two readers could understand two things. */
const SINGLE: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding", "expect"]);

function readTarget(method: string, target: string, host: string | undefined) {
  if (host !== undefined) checkHost(host);
  if (target.includes("#")) throw malformed("The request target has a fragment.", "Leave out what begins with #.");
  if (target.startsWith("/")) return { authority: host, path: target };
  const [, authority, path = "/"] = ABSOLUTE_FORM.exec(target) ?? [];
  if (authority !== undefined && authority !== "") {
    checkHost(authority);
    return { authority, path: path.startsWith("/") ? path : `/${path}` };
  }
  if (target === "*" && method === "OPTIONS") return { authority: host, path: "/*" };
  throw malformed(`The request target ${shown(target)} is not a path.`, "Begin it with a slash.");
}

function checkHost(host: string): void {
  const port = /:(\d+)$/.exec(host)?.[1];
  if (HOST.test(host) && (port === undefined || Number(port) <= 65_535)) return;
  throw malformed(`The host ${shown(host)} is not a name or an address with a port.`);
}

function keepsAlive(connection: string | null, minor: 0 | 1): boolean {
  if (connection === null) return minor === 1;
  const options = connection
    .toLowerCase()
    .split(",")
    .map((option) => option.trim());
  return !options.includes("close") && (minor === 1 || options.includes("keep-alive"));
}

function expectsContinue(expect: string | undefined, minor: 0 | 1): boolean {
  if (expect === undefined || minor === 0) return false;
  if (expect.toLowerCase() === "100-continue") return true;
  const message = `The server can't meet the expectation ${shown(expect)}.`;
  throw closing(417, "EXPECTATION_FAILED", message, "Send Expect: 100-continue, or leave it out.");
}

/** How long the body is (RFC 9112, section 6.3). What could be read in two ways is refused, against request smuggling. */
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
  const codings = coding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  if (codings.at(-1) !== "chunked" || codings.filter((name) => name === "chunked").length > 1) {
    throw malformed(`The Transfer-Encoding ${shown(coding)} does not end with chunked, once.`);
  }
  const message = `The server does not decode the Transfer-Encoding ${shown(coding)}.`;
  throw closing(501, "TRANSFER_CODING_NOT_IMPLEMENTED", message, "Use chunked alone.");
}
