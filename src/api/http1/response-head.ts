/** Reason phrases of the statuses that the server sends (RFC 9110, section 15). */
const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  417: "Expectation Failed",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

/** Fields that say how the response is framed: the connection writes them itself. */
const FRAMING: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding", "date"]);

/** How the response is sent. */
export interface ResponseFraming {
  /** Length of the body in bytes, or "chunked"; undefined if there is no body or it ends with the connection. */
  length: number | "chunked" | undefined;
  /** What the client is told of the connection; undefined says nothing. */
  connection: "close" | "keep-alive" | undefined;
  /** As the header Date has it. */
  date: string;
}

/** The head of a response, a character a byte. */
export function responseHead(response: Response, { length, connection, date }: ResponseFraming): string {
  const { status } = response;
  let text = `HTTP/1.1 ${status} ${REASONS[status] ?? response.statusText}\r\ndate: ${date}\r\n`;
  response.headers.forEach((value, name) => {
    if (!FRAMING.has(name)) text += `${name}: ${value}\r\n`;
  });
  if (length === "chunked") text += "transfer-encoding: chunked\r\n";
  else if (length !== undefined) text += `content-length: ${length}\r\n`;
  if (connection !== undefined) text += `connection: ${connection}\r\n`;
  return `${text}\r\n`;
}

/** Makes the text of the header Date (RFC 9110, section 5.6.7): once a second, since each response has it. */
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
