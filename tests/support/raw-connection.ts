import { connect, type Socket } from "node:net";

/** A response as it came over the wire. */
export interface RawResponse {
  status: number;
  headers: Headers;
  body: string;
}

/** A connection on which the test writes the bytes itself. */
export interface RawConnection {
  send(bytes: string | Uint8Array): void;
  /** Ends our side; the server may still answer. */
  halfClose(): void;
  /** Ends the connection without ceremony. */
  reset(): void;
  /** Reads nothing until {@link resume}. */
  pause(): void;
  resume(): void;
  /** The next final response. @param toHead a response without a body @throws {Error} for one that is not well-formed */
  response(toHead?: boolean): Promise<RawResponse>;
  /** The next interim response (1xx) or final one, status only. */
  status(): Promise<number>;
  /** Resolves when the server has ended the connection. @returns what came that nobody has read */
  closed(): Promise<string>;
  destroy(): void;
}

/** How long a test waits for something that has to come, ms. */
const PATIENCE_MS = 60_000;

/** Opens a connection to a server's port. */
export async function openRaw(url: string): Promise<RawConnection> {
  const socket: Socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true });
  let received = "";
  /** Bytes without which there is no use in looking at what was received. */
  let needed = 0;
  let hasEnded = false;
  let wake: (() => void) | undefined;
  const changed = () => {
    wake?.();
  };
  socket.on("data", (chunk: Buffer) => {
    received += chunk.toString("latin1");
    changed();
  });
  for (const event of ["end", "close"]) {
    socket.on(event, () => {
      hasEnded = true;
      changed();
    });
  }
  socket.on("error", () => {});
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));

  /** Tries again with each change until there is something. */
  async function eventually<T>(attempt: () => T | undefined, what: string): Promise<T> {
    const late = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = attempt();
      if (found !== undefined) return found;
      const left = late - Date.now();
      if (hasEnded || left <= 0) {
        throw new Error(
          `${what} did not come (${hasEnded ? "ended" : "open"}): ${JSON.stringify(received.slice(0, 500))}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  function takeResponse(toHead: boolean): RawResponse | undefined {
    if (received.length < needed && !hasEnded) return undefined;
    const found = parseResponse(received, toHead, hasEnded);
    if (typeof found === "number") needed = found;
    if (typeof found !== "object") return undefined;
    needed = 0;
    received = received.slice(found.end);
    return found.response.status < 200 ? takeResponse(toHead) : found.response;
  }

  return {
    send: (bytes) => void socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes),
    halfClose: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    response: (toHead = false) => eventually(() => takeResponse(toHead), "a response"),
    status: () =>
      eventually(() => {
        const found = parseResponse(received, false, hasEnded);
        if (typeof found !== "object") return undefined;
        received = received.slice(found.end);
        return found.response.status;
      }, "a status"),
    async closed() {
      await eventually(() => hasEnded || undefined, "the end").finally(() => socket.destroy());
      return received;
    },
    destroy: () => void socket.destroy(),
  };
}

/** Reads one response strictly. @returns undefined while it is incomplete, or how many bytes it takes where it says so */
function parseResponse(text: string, toHead: boolean, hasEnded: boolean) {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [line = "", ...fields] = text.slice(0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/.exec(line)?.[1]);
  if (Number.isNaN(status)) throw new Error(`not a status line: ${JSON.stringify(line)}`);
  const headers = new Headers();
  for (const field of fields) {
    const [, name, value] = /^([\w-]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(field) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a field: ${JSON.stringify(field)}`);
    headers.append(name, value);
  }
  const at = headEnd + 4;
  const whole = (body: string, end: number) => ({ response: { status, headers, body }, end });
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (length !== null && coding !== null) throw new Error("both Content-Length and Transfer-Encoding");
  if (status < 200 || status === 204 || status === 304) {
    if (length !== null || coding !== null) throw new Error(`a ${status} says that it has a body`);
    return whole("", at);
  }
  if (toHead) return whole("", at);
  if (length !== null) {
    const end = at + Number(length);
    return text.length < end ? end : whole(text.slice(at, end), end);
  }
  if (coding === "chunked") return readChunks(text, at, whole);
  return hasEnded ? whole(text.slice(at), text.length) : undefined;
}

function readChunks<T>(text: string, from: number, whole: (body: string, end: number) => T): T | undefined {
  let at = from;
  let body = "";
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const line = text.slice(at, lineEnd);
    if (!/^[\da-f]+$/.test(line)) throw new Error(`not a chunk size: ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    const end = lineEnd + 2 + size;
    if (text.length < end + 2) return undefined;
    if (text.slice(end, end + 2) !== "\r\n") throw new Error("a chunk without its end");
    body += text.slice(lineEnd + 2, end);
    at = end + 2;
    if (size === 0) return whole(body, at);
  }
}
