import type { Clock } from "../../lib/clock.ts";
import { settlesWithin } from "../../lib/deadline.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { ConnectionOptions } from "./connection-state.ts";
import { createDateText } from "./response-head.ts";

/** What {@link listen} needs. */
export interface HttpServerOptions {
  host: string;
  /** 0 picks a free port. */
  port: number;
  /** Responds to a request. Must not reject. @param peer IP address of the other end of the connection */
  handle(request: Request, peer: string): Promise<Response>;
  /** Called when a request gets an HTTP error before it reaches `handle`: it is not HTTP, cut short, or too slow. */
  onHttpError(status: number): void;
  clock: Clock;
  /**
   * How long a client may take to begin a request, to send its head, or to read some of a response, in ms. The handler
   * may take any time, and so may a stream of events.
   */
  idleTimeoutMs: number;
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
  /** Resolves when the last connection closes after the server stopped listening. */
  readonly empty: PromiseWithResolvers<void>;
  isFinishing: boolean;
}

/**
 * Starts an HTTP/1.1 server (RFC 9110, RFC 9112) over TCP.
 * @throws what `Bun.listen` throws when it can't listen at the address
 */
export function listen(options: HttpServerOptions): HttpServer {
  const { host, port, clock } = options;
  const connections: Connections = { open: new Map(), empty: Promise.withResolvers(), isFinishing: false };
  const shared = { ...options, date: createDateText(() => clock.now()) };
  const watchIdle = createIdleWatch(connections, options);
  const listener = Bun.listen<Connection | undefined>({
    hostname: host,
    port,
    // Otherwise another process could share the port.
    exclusive: true,
    // A client that has sent everything may still read.
    allowHalfOpen: true,
    data: undefined,
    socket: socketHandlers(connections, shared, watchIdle),
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
  options: ConnectionOptions,
  watchIdle: () => void,
): Bun.SocketHandler<Connection | undefined> {
  return {
    open(socket) {
      const connection = createConnection(socket, options);
      socket.data = connection;
      connections.open.set(connection, () => void socket.terminate());
      if (connections.isFinishing) connection.finish();
      watchIdle();
    },
    data: (socket, bytes) => socket.data?.onData(bytes),
    drain: (socket) => socket.data?.onDrain(),
    end: (socket) => socket.data?.onEnd(),
    close(socket) {
      const connection = socket.data;
      if (connection === undefined) return;
      connection.onClose();
      connections.open.delete(connection);
      if (connections.isFinishing && connections.open.size === 0) connections.empty.resolve();
    },
    // A close follows.
    error() {},
  };
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
