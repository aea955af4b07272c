import type { HttpError } from "../http/http-error.ts";
import { problemDocument } from "../http/problem.ts";
import { addSecurityHeaders } from "../http/security-headers.ts";
import { responseHead } from "./response-head.ts";

/** Returns the whole response for an error, for a client that gets no connection of its own. */
export function responseBytes(error: HttpError): Buffer {
  const { status, headers, body } = problemDocument(error);
  const response = new Response(null, { status, headers });
  addSecurityHeaders(response.headers, false);
  const length = Buffer.byteLength(body);
  const head = responseHead(response, { length, connection: "close", date: new Date().toUTCString() });
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}
