import type { Peer } from "../http/client.ts";
import { malformed } from "./grammar.ts";
import { type BodyFlow, createIncomingBody, type IncomingBody } from "./incoming-body.ts";
import type { RequestHead } from "./request-head.ts";

/** A request that was passed to the handler, until its response is sent. */
export interface Exchange {
  head: RequestHead;
  request: Request;
  abort: AbortController;
  /** The body, if it was incomplete when the exchange began. */
  body: IncomingBody | undefined;
  /** The whole request has arrived. */
  isComplete: boolean;
}

/** The connection that a request arrives on. */
export interface Arrival extends BodyFlow {
  peer: Peer;
}

/**
 * Creates the standard Request for a head.
 * @param body the whole body; undefined if it is incomplete
 * @throws {HttpError} 400 if host and target are not a valid URL
 */
export function createExchange(head: RequestHead, body: Uint8Array | undefined, arrival: Arrival): Exchange {
  const { method, headers } = head;
  const { peer } = arrival;
  const url = peer.secure ? `https${head.url.slice("http".length)}` : head.url;
  const abort = new AbortController();
  const incoming = body === undefined ? createIncomingBody(arrival) : undefined;
  const content = incoming?.stream ?? body;
  // Bodies of GET and HEAD have no meaning (RFC 9110, section 9.3.1), and Request does not allow them.
  const hasBody = head.framing !== 0 && method !== "GET" && method !== "HEAD";
  try {
    const { signal } = abort;
    const init = hasBody ? { method, headers, signal, body: content } : { method, headers, signal };
    const request = new Request(url, init);
    return { head, request, abort, body: incoming, isComplete: incoming === undefined };
  } catch {
    throw malformed(`The host ${JSON.stringify(headers.get("host"))} can't be part of a URL.`);
  }
}
