import { formatSize } from "../../lib/size.ts";
import { closing, malformed, shown, TOKEN } from "./grammar.ts";

/** The first line of a request. */
export interface RequestLine {
  method: string;
  target: string;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  minor: 0 | 1;
}

/** Maximum length of a request target, in bytes. */
export const MAX_TARGET_BYTES = 16 * 1024;
/** Maximum length of a request line, in bytes: the longest target plus a method and the version. */
export const MAX_LINE_BYTES = MAX_TARGET_BYTES + 64;

/** Methods that a route may have. All others get 501 (RFC 9110, section 9.1). */
export const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

const LINE = new RegExp(`^(${TOKEN}) ([\\x21-\\x7e]+) HTTP/(\\d)\\.(\\d)$`);

/**
 * Parses a request line, without its line end.
 * @throws {HttpError} 400, 414, 501 or 505 (RFC 9112, section 3)
 */
export function parseRequestLine(line: string): RequestLine {
  if (line.length > MAX_LINE_BYTES) throw targetTooLong();
  const [, method = "", target = "", major, minor] = LINE.exec(line) ?? [];
  if (method === "") throw malformed(`The request line ${shown(line)} is not a method, a target and HTTP/1.1.`);
  if (target.length > MAX_TARGET_BYTES) throw targetTooLong();
  if (major !== "1" || (minor !== "0" && minor !== "1")) {
    const message = `The server does not support HTTP/${major}.${minor}.`;
    throw closing(505, "HTTP_VERSION_NOT_SUPPORTED", message, "Use HTTP/1.1.");
  }
  if (!METHODS.has(method)) {
    const message = `The method ${shown(method)} is not implemented by this server.`;
    throw closing(501, "METHOD_NOT_IMPLEMENTED", message, `Use ${[...METHODS].join(", ")}, in capitals.`);
  }
  return { method, target, minor: minor === "0" ? 0 : 1 };
}

/** Creates the error for a target that is too long (RFC 9110, section 15.5.15). */
export function targetTooLong() {
  const message = `The request target has more than ${formatSize(MAX_TARGET_BYTES)}.`;
  return closing(414, "URI_TOO_LONG", message, "Send long values in the body of a POST.");
}
