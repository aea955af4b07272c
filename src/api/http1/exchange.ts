import { malformed } from "./grammar.ts";
import { type BodyFlow, createIncomingBody, type IncomingBody } from "./incoming-body.ts";
import type { RequestHead } from "./request-head.ts";

/** A request that the handler has, until its response is sent. */
export interface Exchange {
  head: RequestHead;
  request: Request;
  abort: AbortController;
  /** The body, where it has not come whole. */
  body: IncomingBody | undefined;
  /** Whether all of the request has come. */
  isComplete: boolean;
}

/**
 * Makes the standard Request of a head.
 * @param body all of it; undefined when more is to come
 * @throws {Refusal} 400 when the target and the host make no URL
 */
export function createExchange(head: RequestHead, body: Uint8Array | undefined, flow: BodyFlow): Exchange {
  const { method, url, headers } = head;
  const abort = new AbortController();
  const incoming = body === undefined ? createIncomingBody(flow) : undefined;
  const content = incoming?.stream ?? body;
  // Bodies of GET and HEAD mean nothing (RFC 9110, section 9.3.1), and a Request of theirs has none.
  const hasBody = head.framing !== 0 && method !== "GET" && method !== "HEAD";
  try {
    const request = new Request(url, { method, headers, signal: abort.signal, ...(hasBody && { body: content }) });
    return { head, request, abort, body: incoming, isComplete: incoming === undefined };
  } catch {
    throw malformed(`The host ${JSON.stringify(headers.get("host"))} can't be part of a URL.`);
  }
}
