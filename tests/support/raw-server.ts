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
  /** Writes the same bytes over and over, as fast as they are taken. @returns how many were, once the client is gone */
  flood(piece: string): Promise<number>;
  /** Closes with a reset (RST) rather than an end. */
  reset(): void;
  /** The same, when the client has had the time to read what was written. */
  resetSoon(): void;
  /** Requests so far on this connection, this one included. */
  count: number;
}

/** What is known of a connection. */
interface Received {
  received: string;
  count: number;
  drained: () => void;
  closed: () => void;
}

function flood(socket: Bun.Socket<Received>, piece: Uint8Array): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let sent = 0;
  let open = true;
  const write = () => {
    for (let turn = 0; open; turn++) {
      const rest = piece.subarray(sent % piece.byteLength);
      const taken = Math.max(0, socket.write(rest));
      sent += taken;
      if (taken < rest.byteLength) return;
      if (turn === 16) return void setImmediate(write); // so that other connections get a turn
    }
  };
  socket.data.drained = write;
  socket.data.closed = () => {
    open = false;
    resolve(sent);
  };
  write();
  return promise;
}

/** Starts a raw server on loopback that calls `handle` when the headers of a request are complete. */
export function startRawServer(handle: (connection: RawConnection, request: string) => void): RawServer {
  const requests: string[] = [];
  const state = { connections: 0 };
  const listener = Bun.listen<Received>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        state.connections++;
        socket.data = { received: "", count: 0, drained: () => {}, closed: () => {} };
      },
      drain: (socket) => socket.data.drained(),
      close: (socket) => socket.data.closed(),
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
            flood: (piece) => flood(socket, Buffer.from(piece, "latin1")),
            end: () => void socket.end(),
            reset: () => void socket.terminate(),
            resetSoon: () => void setTimeout(() => socket.terminate(), 10),
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
