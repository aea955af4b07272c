import type { Clock } from "../../lib/clock.ts";
import type { Peer } from "../http/client.ts";
import type { Exchange } from "./exchange.ts";
import { closing } from "./grammar.ts";
import { createOutgoing, type Outgoing, type Sink } from "./outgoing.ts";
import type { RequestHead } from "./request-head.ts";
import { createRequestReader, type RequestReader } from "./request-reader.ts";

/** The socket of a connection. */
export interface Socket extends Sink {
  pause(): void;
  resume(): void;
  /** Ends our side. The client can still send. */
  shutdown(): void;
  /** Closes both sides. */
  end(): void;
}

/** Settings shared by all connections of a server. */
export interface ConnectionOptions {
  /** Must not reject. */
  handle(request: Request, peer: Peer): Promise<Response>;
  /** Called when a request gets an HTTP error before it reaches `handle`. */
  onHttpError(status: number): void;
  clock: Clock;
  /** How long a client may take to send a request's head, to read some of a response, or to begin a request, in ms. */
  idleTimeoutMs: number;
  date: () => string;
}

/** The state of one connection. */
export interface ConnectionState {
  readonly socket: Socket;
  /** Known also after the connection is closed. */
  readonly peer: Peer;
  readonly options: ConnectionOptions;
  readonly reader: RequestReader;
  readonly out: Outgoing;
  /** The request that is being handled. */
  exchange: Exchange | undefined;
  /** A head whose body the handler will not see. It waits until the request is complete. */
  held: { head: RequestHead; ignored: number } | undefined;
  /** Bytes that arrived after the request under way. */
  pipelined: Buffer | undefined;
  /** "deaf": nothing more is read from the client. "lingering": our side has ended too. */
  phase: "open" | "deaf" | "lingering" | "closed";
  /** The client sends nothing more. */
  isEnded: boolean;
  /** The connection closes after the response under way. */
  isFinishing: boolean;
  isPaused: boolean;
  /** Monotonic time after which the client has been idle for too long, in ms. */
  deadline: number;
  /** Since when the client has read nothing of a response that is waiting for it; monotonic, in ms. */
  stalledSince: number | undefined;
  /** The response under way is a stream of events. */
  isEndless: boolean;
}

/** How long a client may take to notice the end of the connection, in ms. */
const LINGER_MS = 2_000;

/** Creates the state of a new connection. */
export function createConnectionState(socket: Socket, peer: Peer, options: ConnectionOptions): ConnectionState {
  return {
    socket,
    peer,
    options,
    reader: createRequestReader(),
    out: createOutgoing(socket),
    exchange: undefined,
    held: undefined,
    pipelined: undefined,
    phase: "open",
    isEnded: false,
    isFinishing: false,
    isPaused: false,
    deadline: options.clock.monotonic() + options.idleTimeoutMs,
    stalledSince: undefined,
    isEndless: false,
  };
}

/** Starts the idle timeout again. */
export function restartIdleTimeout(connection: ConnectionState): void {
  const { clock, idleTimeoutMs } = connection.options;
  connection.deadline = clock.monotonic() + idleTimeoutMs;
}

/** Stops or resumes reading from the client. */
export function setPaused(connection: ConnectionState, paused: boolean): void {
  if (paused === connection.isPaused) return;
  connection.isPaused = paused;
  if (paused) connection.socket.pause();
  else connection.socket.resume();
}

/** Ends our side but keeps reading for a moment. Otherwise a client that is still sending would lose the response. */
export function linger(connection: ConnectionState): void {
  if (connection.isEnded || connection.phase === "closed") return closeNow(connection);
  connection.phase = "lingering";
  connection.deadline = connection.options.clock.monotonic() + LINGER_MS;
  setPaused(connection, false);
  connection.socket.shutdown();
}

/** Closes the connection without waiting for the client. */
export function closeNow(connection: ConnectionState): void {
  if (connection.phase === "closed") return;
  markClosed(connection);
  connection.socket.end();
}

/** Releases everything that waits for a connection that is gone. */
export function markClosed(connection: ConnectionState): void {
  if (connection.phase === "closed") return;
  connection.phase = "closed";
  const { exchange, out } = connection;
  exchange?.abort.abort();
  exchange?.body?.fail(closing(400, "BODY_CUT_SHORT", "The connection ended before the request did."));
  out.close();
}
