import { HttpError } from "./http-error.ts";
import type { Requirements } from "./requirements.ts";

const JSON_TYPE = /^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i;

/**
 * Checks what the headers of a request say about its body, before the body is read. It is called once the caller was
 * admitted, so that nobody else learns what a route accepts.
 * @throws {HttpError} 417 for an expectation other than 100-continue, 415 for a body that is not JSON
 */
export function checkBodyHead({ headers, method }: Request, { body }: Requirements): void {
  const expectation = headers.get("expect");
  if (expectation !== null) checkExpectation(expectation);
  // Deliveries of other services have the content type of their sender, and are signed.
  if (method === "GET" || method === "HEAD" || body === "raw") return;
  checkContentType(headers);
}

/** @throws {HttpError} 417 (RFC 9110, section 10.1.1) */
function checkExpectation(expectation: string): void {
  if (expectation.toLowerCase() === "100-continue") return;
  const message = `The server can't meet the expectation ${JSON.stringify(expectation.slice(0, 100))}.`;
  throw new HttpError(417, "EXPECTATION_FAILED", message, {
    remedy: "Send Expect: 100-continue, or leave it out.",
    headers: { connection: "close" },
  });
}

function checkContentType(headers: Headers): void {
  const type = headers.get("content-type");
  if (type === null) {
    const length = headers.get("content-length");
    if ((length === null || length === "0") && headers.get("transfer-encoding") === null) return;
  } else if (JSON_TYPE.test(type)) {
    return;
  }
  const shown = type === null ? "missing" : JSON.stringify(type.slice(0, 100));
  throw new HttpError(415, "UNSUPPORTED_MEDIA_TYPE", `The content type is ${shown}; it must be JSON.`, {
    remedy: "Send the header Content-Type: application/json.",
  });
}
