import { formatSize } from "../../lib/size.ts";
import { closing, malformed } from "./grammar.ts";
import { type RequestHead, readHead } from "./request-head.ts";
import { MAX_LINE_BYTES, parseRequestLine, targetTooLong } from "./request-line.ts";

/** Maximum size of a request's head, in bytes. */
export const MAX_HEAD_BYTES = 32 * 1024;

/** Collects the bytes of a request's head. */
export interface HeadReader {
  /** Returns true if part of a head has arrived. */
  begun(): boolean;
  /**
   * Takes the next bytes. Empty lines before a request are skipped (RFC 9112, section 2.2).
   * @returns the head and what follows it; undefined while it is incomplete
   * @throws {HttpError} as soon as the bytes can't be the head of a request
   */
  read(bytes: Buffer): { head: RequestHead; rest: Buffer } | undefined;
}

/** Creates the reader of one connection. */
export function createHeadReader(): HeadReader {
  /** The part of the head that has arrived, one character per byte. */
  let text = "";
  let lineIsRead = false;

  /** Checks an incomplete head, so that nobody waits for the end of something that is not a request. */
  function checkBeginning(from: number): void {
    // A TLS handshake begins with this byte.
    const first = text.charCodeAt(0);
    if (first === 0x16) {
      throw malformed("The client sent TLS to a port that speaks plain HTTP.", "Use http:// instead of https://.");
    }
    if (first < 0x21 || first > 0x7e)
      throw malformed("The client sent something that does not begin like an HTTP request.");
    if (!lineIsRead) {
      const end = text.indexOf("\r\n");
      if (end === -1 ? text.length > MAX_LINE_BYTES : end > MAX_LINE_BYTES) throw targetTooLong();
      if (end !== -1) {
        parseRequestLine(text.slice(0, end));
        lineIsRead = true;
      }
    }
    if (/[^\r]\n/.test(text.slice(Math.max(0, from - 1)))) {
      throw malformed("A line ends with only a line feed.", "End lines with carriage return and line feed.");
    }
    if (text.length > MAX_HEAD_BYTES) throw tooLarge();
  }

  return {
    begun: () => text !== "",
    read(bytes) {
      const before = text.length;
      text += bytes.toString("latin1", 0, Math.min(bytes.length, MAX_HEAD_BYTES + MAX_LINE_BYTES));
      let skipped = 0;
      while (text.startsWith("\r\n", skipped)) skipped += 2;
      if (skipped > 0) text = text.slice(skipped);
      if (text === "" || text === "\r") return undefined;
      const end = text.indexOf("\r\n\r\n", Math.max(0, before - 3));
      if (end === -1 || end > MAX_HEAD_BYTES) {
        checkBeginning(before);
        return undefined;
      }
      const lines = text.slice(0, end).split("\r\n");
      text = "";
      lineIsRead = false;
      return { head: readHead(lines), rest: bytes.subarray(skipped + end + 4 - before) };
    },
  };
}

function tooLarge() {
  const message = `The head of the request has more than ${formatSize(MAX_HEAD_BYTES)}.`;
  return closing(431, "HEADERS_TOO_LARGE", message, "Send fewer or shorter headers.");
}
