import { formatDuration } from "../../lib/duration.ts";
import type { Peer } from "../http/client.ts";
import {
  type ConnectionOptions,
  type ConnectionState,
  closeNow,
  createConnectionState,
  markClosed,
  type Socket,
  setPaused,
} from "./connection-state.ts";
import { closing } from "./grammar.ts";
import { checkCutShort, failRequest, takeBytes } from "./serve-requests.ts";

/** The connection of one client. */
export interface Connection {
  onData(bytes: Buffer): void;
  onDrain(): void;
  /** Called when the client sends nothing more. */
  onEnd(): void;
  /** Called when the connection is gone. */
  onClose(): void;
  /** Closes the connection if its client has been idle for too long. @param now monotonic, in ms */
  checkIdle(now: number): void;
  /** Closes the connection after the response under way. */
  finish(): void;
}

/** Maximum number of pipelined bytes that are kept while a request is handled. */
const MAX_PIPELINED_BYTES = 64 * 1024;

/** Creates the connection of a client that has just connected. */
export function createConnection(socket: Socket, peer: Peer, options: ConnectionOptions): Connection {
  const connection = createConnectionState(socket, peer, options);
  return {
    onData: (bytes) => onData(connection, bytes),
    onDrain() {
      if (connection.out.drain()) connection.stalledSince = undefined;
    },
    onEnd() {
      connection.isEnded = true;
      if (connection.phase === "lingering") closeNow(connection);
      else if (connection.exchange?.isComplete) connection.exchange.abort.abort();
      else checkCutShort(connection);
    },
    onClose: () => markClosed(connection),
    checkIdle: (now) => checkIdle(connection, now),
    finish() {
      connection.isFinishing = true;
      if (connection.exchange === undefined && connection.phase === "open") closeNow(connection);
    },
  };
}

function onData(connection: ConnectionState, bytes: Buffer): void {
  if (connection.phase !== "open") return;
  if (connection.exchange?.isComplete !== true) return takeBytes(connection, bytes);
  const { pipelined } = connection;
  connection.pipelined = pipelined === undefined ? bytes : Buffer.concat([pipelined, bytes]);
  if (connection.pipelined.length > MAX_PIPELINED_BYTES) setPaused(connection, true);
}

function checkIdle(connection: ConnectionState, now: number): void {
  const { out, isEndless, reader, options } = connection;
  const { idleTimeoutMs } = options;
  connection.stalledSince = out.isBlocked() && !isEndless ? (connection.stalledSince ?? now) : undefined;
  if (connection.stalledSince !== undefined && now - connection.stalledSince > idleTimeoutMs) {
    return closeNow(connection);
  }
  if (now <= connection.deadline) return;
  if (connection.phase !== "open" || reader.state() === "between") return closeNow(connection);
  failRequest(
    connection,
    closing(408, "REQUEST_TOO_SLOW", `The request did not arrive within ${formatDuration(idleTimeoutMs)}.`),
  );
}
