import { closing, malformed } from "./grammar.ts";
import { type RequestHead, readHead } from "./request-head.ts";
import { MAX_LINE_BYTES, parseRequestLine, targetTooLong } from "./request-line.ts";

/** Largest head of a request, bytes. */
export const MAX_HEAD_BYTES = 32 * 1024;

/** Collects the bytes of a request's head. */
export interface HeadReader {
  /** Whether some of a head has come, and not yet all. */
  begun(): boolean;
  /**
   * Takes the next bytes. Empty lines before a request are passed over (RFC 9112, section 2.2).
   * @returns the head and what follows it; undefined while it is incomplete
   * @throws {Refusal} as soon as it is known that no head of a request comes
   */
  read(bytes: Buffer): { head: RequestHead; rest: Buffer } | undefined;
}

/** One for each connection. */
export function createHeadReader(): HeadReader {
  /** What has come of the head, a character a byte. */
  let text = "";
  let lineIsRead = false;

  /** Refuses early, so that nobody waits for the end of what is not a request. */
  function checkBeginning(from: number): void {
    // A TLS handshake begins with this byte.
    const first = text.charCodeAt(0);
    if (first === 0x16) {
      throw malformed("TLS was sent to a port that speaks plain HTTP.", "Use http:// in place of https://.");
    }
    if (first < 0x21 || first > 0x7e) throw malformed("What was sent does not begin like an HTTP request.");
    if (!lineIsRead) {
      const end = text.indexOf("\r\n");
      if (end === -1 ? text.length > MAX_LINE_BYTES : end > MAX_LINE_BYTES) throw targetTooLong();
      if (end !== -1) {
        parseRequestLine(text.slice(0, end));
        lineIsRead = true;
      }
    }
    if (/[^\r]\n/.test(text.slice(Math.max(0, from - 1)))) {
      throw malformed("A line ends with a line feed alone.", "End lines with carriage return and line feed.");
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
  const message = `The head of the request has more than ${MAX_HEAD_BYTES} bytes.`;
  return closing(431, "HEADERS_TOO_LARGE", message, "Send fewer or shorter headers.");
}
