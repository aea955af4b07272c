import { plainAddress } from "../../lib/address-blocks.ts";
import type { Clock } from "../../lib/clock.ts";
import { settlesWithin } from "../../lib/deadline.ts";
import type { Peer } from "../http/client.ts";
import { type Connection, createConnection } from "./connection.ts";
import { type ConnectionCount, type ConnectionLimits, createConnectionCount } from "./connection-limits.ts";
import type { ConnectionOptions } from "./connection-state.ts";
import { closing } from "./grammar.ts";
import { responseBytes } from "./response-bytes.ts";
import { createDateText } from "./response-head.ts";
import { startTls, type TlsCredentials } from "./start-tls.ts";

/** What {@link listen} needs. */
export interface HttpServerOptions {
  host: string;
  /** 0 picks a free port. */
  port: number;
  /** Responds to a request. Must not reject. */
  handle(request: Request, peer: Peer): Promise<Response>;
  /** Called when a request gets an HTTP error before it reaches `handle`: it is not HTTP, cut short, or too slow. */
  onHttpError(status: number): void;
  clock: Clock;
  /**
   * How long a client may take to begin a request, to send its head, or to read some of a response, in ms. The handler
   * may take any time, and so may a stream of events.
   */
  idleTimeoutMs: number;
  /** @default no limits */
  limits?: ConnectionLimits;
  /** Returns the certificate and key for a new connection. Without it, the server speaks plain HTTP. */
  credentials?: () => TlsCredentials;
}

/** A server that listens. */
export interface HttpServer {
  port: number;
  /** Accepts no new connections, and no new requests on existing ones. */
  finish(): void;
  /** Resolves when every connection is closed. Closes those that are left after `graceMs`. */
  closed(graceMs: number): Promise<void>;
}

/** The open connections of a server. */
interface Connections {
  /** Each with a function that terminates it. */
  readonly open: Map<Connection, () => void>;
  readonly count: ConnectionCount;
  /** Resolves when the last connection closes after the server stopped listening. */
  readonly empty: PromiseWithResolvers<void>;
  isFinishing: boolean;
}

/** What belongs to a socket. */
interface Held {
  connection: Connection;
  peer: Peer;
}

/**
 * Starts an HTTP/1.1 server (RFC 9110, RFC 9112) over TCP or TLS.
 * @throws what `Bun.listen` throws when it can't listen at the address
 */
export function listen(options: HttpServerOptions): HttpServer {
  const { host, port, clock, credentials } = options;
  const connections: Connections = {
    open: new Map(),
    count: createConnectionCount(options.limits),
    empty: Promise.withResolvers(),
    isFinishing: false,
  };
  const shared = { ...options, date: createDateText(() => clock.now()) };
  const handlers = socketHandlers(connections, shared, createIdleWatch(connections, options));
  const listener = Bun.listen<Held | undefined>({
    hostname: host,
    port,
    // Otherwise another process could share the port.
    exclusive: true,
    // A client that has sent everything may still read.
    allowHalfOpen: true,
    data: undefined,
    socket: credentials === undefined ? handlers : startTls(handlers, credentials),
  });
  return {
    port: listener.port,
    finish() {
      connections.isFinishing = true;
      listener.stop(false);
      for (const connection of [...connections.open.keys()]) connection.finish();
      if (connections.open.size === 0) connections.empty.resolve();
    },
    async closed(graceMs) {
      if (await settlesWithin(connections.empty.promise, graceMs, clock)) return;
      for (const terminate of connections.open.values()) terminate();
    },
  };
}

function socketHandlers(
  connections: Connections,
  options: ConnectionOptions & Pick<HttpServerOptions, "credentials">,
  watchIdle: () => void,
): Bun.SocketHandler<Held | undefined> {
  const secure = options.credentials !== undefined;
  return {
    open(socket) {
      const peer: Peer = { address: plainAddress(socket.remoteAddress), secure };
      if (!connections.count.add(peer.address)) {
        options.onHttpError(503);
        // Over TLS, a response would have to wait for the handshake.
        if (!secure) socket.write(responseBytes(tooManyConnections()));
        return void socket.end();
      }
      const connection = createConnection(socket, peer, options);
      socket.data = { connection, peer };
      connections.open.set(connection, () => void socket.terminate());
      if (connections.isFinishing) connection.finish();
      watchIdle();
    },
    data: (socket, bytes) => socket.data?.connection.onData(bytes),
    drain: (socket) => socket.data?.connection.onDrain(),
    end: (socket) => (socket.data === undefined ? void socket.end() : socket.data.connection.onEnd()),
    close(socket) {
      if (socket.data === undefined) return;
      const { connection, peer } = socket.data;
      connection.onClose();
      connections.open.delete(connection);
      connections.count.remove(peer.address);
      if (connections.isFinishing && connections.open.size === 0) connections.empty.resolve();
    },
    // A close follows.
    error() {},
  };
}

function tooManyConnections() {
  const message = "The server has too many open connections, from this address or in all.";
  return closing(503, "TOO_MANY_CONNECTIONS", message, "Close connections that are not used, and try again.");
}

/** Returns a function that starts to look for idle clients. It looks as long as there are connections. */
function createIdleWatch({ open }: Connections, { clock, idleTimeoutMs }: HttpServerOptions): () => void {
  const intervalMs = Math.min(1_000, Math.max(20, idleTimeoutMs / 4));
  let isWatching = false;
  const look = () => {
    const now = clock.monotonic();
    for (const connection of open.keys()) connection.checkIdle(now);
    isWatching = open.size > 0;
    if (isWatching) clock.after(intervalMs, look);
  };
  return () => {
    if (isWatching) return;
    isWatching = true;
    clock.after(intervalMs, look);
  };
}
