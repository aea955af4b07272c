import type { Outgoing } from "./outgoing.ts";
import { responseHead } from "./response-head.ts";

/** The parts of the request that determine how its response is sent. */
export interface ResponseContext {
  method: string;
  minor: 0 | 1;
  /** The connection is closed after the response. */
  close: boolean;
  /** Value of the header Date. */
  date: string;
}

/** Documents whose whole content is available if they do not state their length. Every other body is streamed. */
const WHOLE = /^(?:application\/(?:[\w.+-]+\+)?json|text\/(?:html|css|javascript|plain))\s*(?:;|$)/i;

/** A body that does not fit its Content-Length. The connection has to end, so that the client notices. */
class BrokenResponse extends Error {
  override readonly name = "BrokenResponse";
}

/**
 * Sends a response as fast as the client reads it.
 * @returns false if the connection can't be used any more
 */
export async function sendResponse(response: Response, context: ResponseContext, out: Outgoing): Promise<boolean> {
  const { headers, status } = response;
  const { method, minor, close, date } = context;
  const connection = close ? "close" : minor === 0 ? "keep-alive" : undefined;
  if (status === 204 || status === 304) {
    const head = responseHead(response, { length: undefined, connection, date });
    return await out.write(Buffer.from(head, "latin1"));
  }
  const given = headers.get("content-length");
  if ((given === null && WHOLE.test(headers.get("content-type") ?? "")) || response.body === null) {
    const body = await response.bytes();
    const head = responseHead(response, { length: body.byteLength, connection, date });
    return await out.write(joined(head, method === "HEAD" ? undefined : body));
  }
  // Without chunks (HTTP/1.0), a body of unknown length ends with the connection.
  const length = given !== null ? Number(given) : minor === 1 ? "chunked" : undefined;
  const endsConnection = length === undefined;
  const head = responseHead(response, { length, connection: endsConnection ? "close" : connection, date });
  if (method === "HEAD") {
    void response.body.cancel();
    return (await out.write(Buffer.from(head, "latin1"))) && !endsConnection;
  }
  if (!(await out.write(Buffer.from(head, "latin1")))) {
    void response.body.cancel();
    return false;
  }
  return (await sendStream(response.body, length, out)) && !endsConnection;
}

/** Streams a body. @returns false if the client went away or the body failed */
async function sendStream(
  body: ReadableStream<Uint8Array>,
  length: number | "chunked" | undefined,
  out: Outgoing,
): Promise<boolean> {
  const reader = body.getReader();
  out.onClose(() => void reader.cancel().catch(() => {}));
  let sent = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const bytes = typeof value === "string" ? Buffer.from(value) : value;
      if (bytes.byteLength === 0) continue;
      sent += bytes.byteLength;
      if (typeof length === "number" && sent > length) throw new BrokenResponse("longer than its Content-Length");
      if (!(await out.write(length === "chunked" ? chunk(bytes) : bytes))) return false;
    }
    if (typeof length === "number" && sent < length) throw new BrokenResponse("shorter than its Content-Length");
    return length === "chunked" ? await out.write(Buffer.from("0\r\n\r\n")) : true;
  } catch {
    // The client notices the missing end and knows that the response is incomplete.
    void reader.cancel().catch(() => {});
    return false;
  } finally {
    out.onClose(undefined);
  }
}

/** Returns head and body in one buffer, so that they are sent together. */
function joined(head: string, body: Uint8Array | undefined): Uint8Array {
  const bytes = Buffer.allocUnsafe(head.length + (body?.byteLength ?? 0));
  bytes.write(head, 0, "latin1");
  if (body !== undefined) bytes.set(body, head.length);
  return bytes;
}

function chunk(bytes: Uint8Array): Uint8Array {
  const size = `${bytes.byteLength.toString(16)}\r\n`;
  const framed = Buffer.allocUnsafe(size.length + bytes.byteLength + 2);
  framed.write(size, 0, "latin1");
  framed.set(bytes, size.length);
  framed.write("\r\n", size.length + bytes.byteLength, "latin1");
  return framed;
}
