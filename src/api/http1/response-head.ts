import { reasonPhrase } from "../http/statuses.ts";

/** Fields that frame the response. The connection writes them itself. */
const FRAMING: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding", "date"]);

/** How the response is sent. */
export interface ResponseFraming {
  /** Length of the body in bytes, or "chunked"; undefined if there is no body or it ends with the connection. */
  length: number | "chunked" | undefined;
  /** Value of the header Connection; undefined leaves it out. */
  connection: "close" | "keep-alive" | undefined;
  /** Value of the header Date. */
  date: string;
}

/** Returns the head of a response, one character per byte. */
export function responseHead(response: Response, { length, connection, date }: ResponseFraming): string {
  const { status } = response;
  let text = `HTTP/1.1 ${status} ${reasonPhrase(status) ?? response.statusText}\r\ndate: ${date}\r\n`;
  response.headers.forEach((value, name) => {
    if (!FRAMING.has(name)) text += `${name}: ${value}\r\n`;
  });
  if (length === "chunked") text += "transfer-encoding: chunked\r\n";
  else if (length !== undefined) text += `content-length: ${length}\r\n`;
  if (connection !== undefined) text += `connection: ${connection}\r\n`;
  return `${text}\r\n`;
}

/**
 * Creates a function that returns the value of the header Date (RFC 9110, section 5.6.7). It formats the time once a
 * second, because every response has the header.
 */
export function createDateText(now: () => number): () => string {
  let second = -1;
  let text = "";
  return () => {
    const current = Math.floor(now() / 1_000);
    if (current !== second) {
      second = current;
      text = new Date(current * 1_000).toUTCString();
    }
    return text;
  };
}
