import { formatSize } from "../../lib/size.ts";
/** Reads the requests of a connection, one after the other, and sends their responses. */

import { HttpError } from "../http/http-error.ts";
import { problemResponse } from "../http/problem.ts";
import { addSecurityHeaders } from "../http/security-headers.ts";
import { type ConnectionState, closeNow, linger, restartIdleTimeout, setPaused } from "./connection-state.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { closing, malformed } from "./grammar.ts";
import type { RequestHead } from "./request-head.ts";
import type { ReadResult } from "./request-reader.ts";
import { sendResponse } from "./send-response.ts";

/** Maximum size of a body that no handler reads, in bytes. */
const MAX_IGNORED_BYTES = 1024 * 1024;

/** Takes bytes of the request under way, or of the next one. */
export function takeBytes(connection: ConnectionState, bytes: Buffer): void {
  const { reader } = connection;
  const wasBetween = reader.state() === "between";
  try {
    takeRead(connection, reader.read(bytes));
  } catch (error) {
    failRequest(connection, error);
  }
  if (wasBetween && connection.exchange === undefined) restartIdleTimeout(connection);
}

function takeRead(connection: ConnectionState, { head, body, rest }: ReadResult): void {
  if (rest !== undefined && rest.length > 0) connection.pipelined = rest;
  const { exchange } = connection;
  if (exchange === undefined) return beginRequest(connection, head ?? connection.held?.head, body, rest !== undefined);
  if (body !== undefined) exchange.body?.push(body);
  if (rest === undefined) return;
  exchange.isComplete = true;
  exchange.body?.end();
}

/** Hands a request to the handler once enough of it has arrived. */
function beginRequest(
  connection: ConnectionState,
  head: RequestHead | undefined,
  body: Buffer | undefined,
  isComplete: boolean,
): void {
  if (head === undefined || mustWait(connection, head, body, isComplete)) return;
  connection.held = undefined;
  const hasBody = body !== undefined && body.length > 0;
  const onWanted = () => {
    if (head.expectsContinue && !hasBody) void connection.out.write(Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"));
  };
  const exchange = createExchange(head, isComplete ? (body ?? new Uint8Array()) : undefined, {
    peer: connection.peer,
    onWanted,
    setPaused: (paused) => setPaused(connection, paused),
  });
  connection.exchange = exchange;
  if (hasBody && !isComplete) exchange.body?.push(body);
  connection.deadline = Number.POSITIVE_INFINITY;
  void connection.options
    .handle(exchange.request, connection.peer)
    .then((response) => send(connection, response, exchange));
}

/**
 * Returns true while the body of a GET or HEAD is incomplete. The handler ignores such a body, but must not run before
 * the request is known to be complete.
 */
function mustWait(
  connection: ConnectionState,
  head: RequestHead,
  body: Buffer | undefined,
  isComplete: boolean,
): boolean {
  const { method } = head;
  if (isComplete || (method !== "GET" && method !== "HEAD")) return false;
  connection.held ??= { head, ignored: 0 };
  connection.held.ignored += body?.length ?? 0;
  if (connection.held.ignored <= MAX_IGNORED_BYTES) return true;
  const message = `The ${method} has a body of more than ${formatSize(MAX_IGNORED_BYTES)}.`;
  throw closing(413, "BODY_TOO_LARGE", message, "Send it without a body.");
}

const NO_REQUEST = { method: "GET", minor: 1, keepAlive: false } as const;

async function send(connection: ConnectionState, response: Response, exchange: Exchange | undefined): Promise<void> {
  if (connection.phase === "closed") return void response.body?.cancel();
  const { method, minor, keepAlive } = exchange?.head ?? NO_REQUEST;
  const mustClose = () => !keepAlive || connection.isFinishing || exchange?.isComplete !== true;
  const close = mustClose() || response.headers.get("connection") === "close";
  connection.isEndless = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const context = { method, minor, close, date: connection.options.date() };
  const isUsable = await sendResponse(response, context, connection.out).catch(() => false);
  connection.isEndless = false;
  if (!isUsable) closeNow(connection);
  else if (close || mustClose()) linger(connection);
  else nextRequest(connection);
}

function nextRequest(connection: ConnectionState): void {
  if (connection.phase === "closed") return;
  connection.exchange = undefined;
  setPaused(connection, false);
  restartIdleTimeout(connection);
  const bytes = connection.pipelined;
  connection.pipelined = undefined;
  if (bytes !== undefined) takeBytes(connection, bytes);
  if (connection.isEnded) checkCutShort(connection);
}

/** Reports a request that will never be complete, because the client sends nothing more. */
export function checkCutShort(connection: ConnectionState): void {
  const { phase, exchange, reader } = connection;
  if (phase !== "open" || exchange?.isComplete) return;
  if (exchange === undefined && reader.state() === "between") return closeNow(connection);
  const message = "The connection ended before the request did.";
  failRequest(connection, closing(400, "BODY_CUT_SHORT", message, "Send all of it."));
}

/** Responds to a request that can't be read. It has no effect, and nothing after it is read. */
export function failRequest(connection: ConnectionState, error: unknown): void {
  connection.phase = "deaf";
  const httpError = error instanceof HttpError ? error : malformed("The request can't be read.");
  // The handler gets the error when it reads the rest of the body, and responds with it.
  if (connection.exchange !== undefined) return connection.exchange.body?.fail(httpError);
  connection.options.onHttpError(httpError.status);
  connection.deadline = Number.POSITIVE_INFINITY;
  const response = problemResponse(httpError);
  addSecurityHeaders(response.headers, connection.peer.secure);
  void send(connection, response, undefined);
}
