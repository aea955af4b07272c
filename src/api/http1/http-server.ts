import type { Clock } from "../../lib/clock.ts";
import { settlesWithin } from "../../lib/deadline.ts";
import { type Connection, createConnection } from "./connection.ts";
import { createDateText } from "./response-head.ts";

/** What {@link listen} needs. */
export interface HttpServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Answers a request. Must not reject. */
  handle(request: Request): Promise<Response>;
  /** A request was refused before {@link handle} could see it: it is not HTTP, or cut short, or too slow. */
  onRefused(status: number): void;
  clock: Clock;
  /**
   * How long a client may take to begin a request, to send its head, or to read some of a response, ms. Nothing limits
   * how long the handler takes, nor a stream of events.
   */
  idleTimeoutMs: number;
}

/** A server that listens. */
export interface HttpServer {
  port: number;
  /** Takes no new connections, and no new requests on those there are. */
  finish(): void;
  /** Resolves when every connection is closed; those that are left after `graceMs` are closed then. */
  closed(graceMs: number): Promise<void>;
}

/**
 * An HTTP/1.1 server (RFC 9110, RFC 9112) over TCP.
 * @throws what `Bun.listen` throws when the address can't be had
 */
export function listen(options: HttpServerOptions): HttpServer {
  const { host, port, clock, idleTimeoutMs } = options;
  const connections = new Map<Connection, () => void>();
  const shared = { ...options, date: createDateText(() => clock.now()) };
  const sweepMs = Math.min(1_000, Math.max(20, idleTimeoutMs / 4));
  const empty = Promise.withResolvers<void>();
  let isSweeping = false;
  let isFinishing = false;

  /** Looks for idle clients while there are any. */
  function sweep(): void {
    const now = clock.monotonic();
    for (const connection of connections.keys()) connection.checkIdle(now);
    isSweeping = connections.size > 0;
    if (isSweeping) clock.after(sweepMs, sweep);
  }

  const listener = Bun.listen<Connection | undefined>({
    hostname: host,
    port,
    // Otherwise a port may be shared with whoever has it.
    exclusive: true,
    // A client that has sent all it has may still read.
    allowHalfOpen: true,
    data: undefined,
    socket: {
      open(socket) {
        const connection = createConnection(socket, shared);
        socket.data = connection;
        connections.set(connection, () => void socket.terminate());
        if (isFinishing) connection.finish();
        if (isSweeping) return;
        isSweeping = true;
        clock.after(sweepMs, sweep);
      },
      data: (socket, bytes) => socket.data?.onData(bytes),
      drain: (socket) => socket.data?.onDrain(),
      end: (socket) => socket.data?.onEnd(),
      close(socket) {
        const connection = socket.data;
        if (connection === undefined) return;
        connection.onClose();
        connections.delete(connection);
        if (isFinishing && connections.size === 0) empty.resolve();
      },
      // A close follows.
      error() {},
    },
  });

  return {
    port: listener.port,
    finish() {
      isFinishing = true;
      listener.stop(false);
      for (const connection of [...connections.keys()]) connection.finish();
      if (connections.size === 0) empty.resolve();
    },
    async closed(graceMs) {
      if (await settlesWithin(empty.promise, graceMs, clock)) return;
      for (const terminate of connections.values()) terminate();
    },
  };
}
