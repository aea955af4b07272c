/** A server that speaks bytes: for answers that no HTTP server would give. */
export interface RawServer {
  url: string;
  port: number;
  /** What arrived, a text a request (split at the end of its headers). */
  requests: string[];
  connections: number;
  stop(): void;
}

/** What a handler may do with a connection. */
export interface RawConnection {
  write(text: string | Uint8Array): void;
  end(): void;
  /** Closes with a reset (RST) rather than an end. */
  reset(): void;
  /** Requests so far on this connection, this one included. */
  count: number;
}

/** Starts a raw server on loopback that calls `handle` when the headers of a request are complete. */
export function startRawServer(handle: (connection: RawConnection, request: string) => void): RawServer {
  const requests: string[] = [];
  const state = { connections: 0 };
  const listener = Bun.listen<{ received: string; count: number }>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        state.connections++;
        socket.data = { received: "", count: 0 };
      },
      data(socket, bytes) {
        const data = socket.data;
        data.received += bytes.toString("latin1");
        if (!data.received.includes("\r\n\r\n")) return;
        const request = data.received;
        data.received = "";
        data.count++;
        requests.push(request);
        handle(
          {
            write: (text) => void socket.write(text),
            end: () => void socket.end(),
            reset: () => void socket.terminate(),
            count: data.count,
          },
          request,
        );
      },
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    requests,
    get connections() {
      return state.connections;
    },
    stop: () => listener.stop(true),
  };
}
