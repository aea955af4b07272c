import { HttpFailure, type HttpRequest } from "../domain/http.ts";
import { formatSize } from "../lib/size.ts";
import { BodyBuffer, nextTurn } from "./body-buffer.ts";
import { type ContentCoding, DamagedBody, decodeBody } from "./decode-body.ts";

const CODINGS: Readonly<Record<string, ContentCoding | undefined>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/** The most codings that are decoded: no honest server uses more, and each one costs. */
const MOST_CODINGS = 3;

/** The thread turns to other work after so many bytes of a body. */
const MOST_IN_A_TURN = 512 * 1024;

/** A message with an unread body, such as a `Response`. */
export interface ReceivedMessage {
  headers: Headers;
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

/**
 * Reads and decodes a response's body to its end. Counts the bytes before and after decoding while they stream, and
 * never relies on the headers, because a chunked body overrides its Content-Length (RFC 9112 section 6.3). So a small
 * response that unpacks to gigabytes costs no more than the limit. A body in an unknown coding is not decoded.
 * @param limit largest body, bytes, both before and after decoding
 * @param name names the request, for messages
 * @param reserve see {@link HttpRequest}; while it waits, nothing is read, and TCP makes the peer wait
 * @throws {HttpFailure} `too-large`, or `network` for a damaged body; the stream's own error if the connection broke
 */
export async function readBody(
  message: ReceivedMessage,
  limit: number,
  name: () => string,
  reserve?: HttpRequest["reserve"],
): Promise<Uint8Array> {
  const stream = message.body;
  if (stream === null) return new Uint8Array(0);
  const guard = () => tooLarge(name(), limit);
  const packed = transferCodings(message.headers.get("transfer-encoding"));
  const announced = Number(message.headers.get("content-length"));
  if (packed !== undefined || announced > limit) {
    await stream.cancel().catch(() => undefined);
    if (packed === undefined) throw guard();
    const text = `${name()}: the response has a Transfer-Encoding other than chunked`;
    throw new HttpFailure("network", text, { code: "EPROTO" });
  }
  const codings = contentCodings(message.headers.get("content-encoding"));
  try {
    const decoded = codings.length === 0 ? stream : await decodeBody(stream, codings, limit, guard);
    const expected = codings.length === 0 ? announced || undefined : undefined;
    return await collect(decoded, { limit, expected, tooLarge: guard, reserve });
  } catch (error) {
    if (!(error instanceof DamagedBody)) throw error;
    const text = `${name()}: the ${codings.join(", ")} body is damaged`;
    throw new HttpFailure("network", text, { cause: error, code: "EPROTO" });
  }
}

/**
 * Returns the transfer codings that are still applied, if any: `gzip, chunked` arrives compressed. The client never
 * requests them (RFC 9110 section 10.1.4, TE).
 */
function transferCodings(header: string | null): string | undefined {
  const left = (header ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim())
    .filter((coding) => coding !== "" && coding !== "chunked" && coding !== "identity");
  return left.length === 0 ? undefined : left.join(", ");
}

/**
 * Returns the codings of a Content-Encoding header, in the order in which they were applied; empty if one is unknown.
 */
function contentCodings(header: string | null): ContentCoding[] {
  const names = (header ?? "").toLowerCase().split(",");
  const codings: ContentCoding[] = [];
  for (const name of names.map((part) => part.trim())) {
    if (name === "" || name === "identity") continue;
    const coding = CODINGS[name];
    if (coding === undefined || codings.length === MOST_CODINGS) return [];
    codings.push(coding);
  }
  return codings;
}

/** How a body is collected. */
interface Collecting {
  limit: number;
  /** The announced size, bytes. */
  expected: number | undefined;
  tooLarge: () => HttpFailure;
  reserve: HttpRequest["reserve"];
}

/**
 * Collects a body. Most arrive in one piece, which is returned without a copy. A large one leaves the thread to others from
 * time to time.
 */
async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, collecting: Collecting): Promise<Uint8Array> {
  const { limit, expected, tooLarge, reserve } = collecting;
  const reader = stream.getReader();
  let first: Uint8Array<ArrayBuffer> | undefined;
  let joined: BodyBuffer | undefined;
  let total = 0;
  let sinceTurn = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (value === undefined || value.byteLength === 0) continue;
    total += value.byteLength;
    if (total > limit) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    const room = reserve?.(value.byteLength, expected);
    if (room !== undefined) await room.catch((error: unknown) => giveUp(reader, error));
    if (first === undefined) {
      first = value;
      continue;
    }
    if (joined === undefined) {
      joined = new BodyBuffer(limit, expected);
      await joined.add(first);
    }
    await joined.add(value);
    sinceTurn += value.byteLength;
    if (sinceTurn < MOST_IN_A_TURN) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return joined?.end() ?? first ?? new Uint8Array(0);
}

async function giveUp(reader: { cancel(): Promise<void> }, error: unknown): Promise<never> {
  await reader.cancel().catch(() => undefined);
  throw error;
}

function tooLarge(name: string, limit: number): HttpFailure {
  return new HttpFailure("too-large", `${name}: the response is larger than the limit of ${formatSize(limit)}`);
}
