/** How a status is named. */
interface StatusNames {
  /** Reason phrase of the status line (RFC 9110, section 15). */
  reason: string;
  /** Title of problem documents with this status (RFC 9457, section 3.1.3). */
  title?: string;
}

/** Every status that the server sends. */
const STATUSES: Readonly<Record<number, StatusNames>> = {
  200: { reason: "OK" },
  201: { reason: "Created" },
  202: { reason: "Accepted" },
  204: { reason: "No Content" },
  302: { reason: "Found" },
  304: { reason: "Not Modified" },
  400: { reason: "Bad Request", title: "The request is malformed" },
  401: { reason: "Unauthorized", title: "The request needs valid credentials" },
  403: { reason: "Forbidden", title: "The request is not allowed" },
  404: { reason: "Not Found", title: "Not found" },
  405: { reason: "Method Not Allowed", title: "The method is not allowed here" },
  406: { reason: "Not Acceptable", title: "No response type that the client accepts" },
  408: { reason: "Request Timeout", title: "The request took too long" },
  409: { reason: "Conflict", title: "The current state does not allow this" },
  413: { reason: "Content Too Large", title: "The content is too large" },
  414: { reason: "URI Too Long", title: "The URL is too long" },
  415: { reason: "Unsupported Media Type", title: "The content type is not accepted" },
  417: { reason: "Expectation Failed", title: "The expectation can't be met" },
  422: { reason: "Unprocessable Content", title: "The data is not valid" },
  429: { reason: "Too Many Requests", title: "Too many requests" },
  431: { reason: "Request Header Fields Too Large", title: "The headers are too large" },
  500: { reason: "Internal Server Error", title: "Internal error" },
  501: { reason: "Not Implemented", title: "Not implemented" },
  503: { reason: "Service Unavailable", title: "Not available at the moment" },
  505: { reason: "HTTP Version Not Supported", title: "The HTTP version is not supported" },
};

/** Returns the reason phrase of a status; undefined for a status that the server does not send by itself. */
export function reasonPhrase(status: number): string | undefined {
  return STATUSES[status]?.reason;
}

/** Returns the title of problem documents with a status. It is the same for every problem with that status. */
export function problemTitle(status: number): string {
  return STATUSES[status]?.title ?? "Error";
}
