import { createServer, type Socket } from "node:net";

/** One connection to a {@link SocketServer}, after its handshake. */
export interface ServerConnection {
  /** The head of the client's request. */
  request: string;
  /** Sends one frame. @param first its first byte, such as 0x81 for a whole text */
  frame(first: number, payload?: string | Uint8Array): void;
  /** Sends bytes as they are. @returns false if the client does not keep up */
  write(bytes: string | Uint8Array): boolean;
  /** The next frame of the client, unmasked. Undefined when the connection ends without one. */
  next(): Promise<{ first: number; payload: Buffer } | undefined>;
  /** Reads nothing any more. */
  pause(): void;
  /** Closes with an end, or with a reset. */
  end(): void;
  reset(): void;
  /** Calls back whenever the client has taken what was written. */
  onDrain(callback: () => void): void;
  /** Resolves when the client has closed the connection. */
  closed: Promise<void>;
}

/** A server that speaks WebSocket frame by frame, for what no proper server would send. */
export interface SocketServer {
  url: string;
  port: number;
  /** Resolves with the next connection. */
  accept(): Promise<ServerConnection>;
  connections: number;
  stop(): void;
}

/** What the server responds to a handshake. */
export interface SocketServerOptions {
  /** More header lines of the response, each with its line break. */
  headers?: string;
  /** The whole response in place of the usual one. `null` never responds. */
  response?: ((accept: string) => string) | null;
}

/** Starts the server on loopback. */
export async function startSocketServer({ headers = "", response }: SocketServerOptions = {}): Promise<SocketServer> {
  const ready: ServerConnection[] = [];
  const wanted: ((connection: ServerConnection) => void)[] = [];
  const sockets = new Set<Socket>();
  const state = { connections: 0 };
  const usual = (accept: string) =>
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${headers}\r\n`;
  const server = createServer((socket) => {
    state.connections += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let request = "";
    const head = (bytes: Buffer) => {
      request += bytes.toString("latin1");
      if (!request.includes("\r\n\r\n")) return;
      socket.off("data", head);
      if (response === null) return;
      socket.write((response ?? usual)(acceptFor(request)), "latin1");
      const connection = connectionOf(socket, request);
      const resolve = wanted.shift();
      if (resolve === undefined) ready.push(connection);
      else resolve(connection);
    };
    socket.on("data", head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `ws://127.0.0.1:${port}/`,
    port,
    accept: () => {
      const connection = ready.shift();
      return connection === undefined ? new Promise((resolve) => wanted.push(resolve)) : Promise.resolve(connection);
    },
    get connections() {
      return state.connections;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Encodes a frame as a server sends it. */
export function serverFrame(first: number, payload: string | Uint8Array = ""): Uint8Array {
  const body = Buffer.from(payload as string);
  const { length } = body;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = first;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, body]);
}

/** Encodes the payload of a close frame. */
export function closeWith(code: number, reason: string | Uint8Array = ""): Uint8Array {
  return Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason as string)]);
}

function acceptFor(request: string): string {
  const [, key = ""] = /^sec-websocket-key: (.*?)\r$/im.exec(request) ?? [];
  return new Bun.CryptoHasher("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

function connectionOf(socket: Socket, request: string): ServerConnection {
  let received: Buffer = Buffer.alloc(0);
  let hasEnded = false;
  let wake = () => {};
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const end = () => {
    hasEnded = true;
    wake();
    resolve();
  };
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    wake();
  });
  socket.on("end", end);
  socket.on("close", end);
  return {
    request,
    frame: (first, payload) => void socket.write(serverFrame(first, payload)),
    write: (bytes) => socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes),
    async next() {
      for (;;) {
        const found = readFrame(received);
        if (found !== undefined) {
          received = received.subarray(found.end);
          return { first: found.first, payload: found.payload };
        }
        if (hasEnded) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    pause: () => void socket.pause(),
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    onDrain: (callback) => void socket.on("drain", callback),
    closed,
  };
}

function readFrame(bytes: Buffer): { first: number; payload: Buffer; end: number } | undefined {
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + 4;
  if (bytes.length < start) return undefined;
  if ((second & 0x80) === 0) throw new Error("a client has to mask");
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = start + length;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, end));
  for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return { first, payload, end };
}
