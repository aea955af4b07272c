import { type HttpBodyReader, HttpFailure } from "../domain/http.ts";
import { formatSize } from "../lib/size.ts";
import { type ContentCoding, DamagedBody, decodeBody } from "./decode-body.ts";
import type { PacedBody } from "./reading-pace.ts";

const CODINGS: Readonly<Record<string, ContentCoding | undefined>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/** The codings that are decoded, for Accept-Encoding. */
export const DECODED_CODINGS = "gzip, deflate, br, zstd";

/** The most codings that are decoded: no honest server uses more, and each one costs. */
const MOST_CODINGS = 3;

/** A message with an unread body, such as a `Response`. */
export interface ReceivedMessage {
  headers: Headers;
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

/** How a body is read. */
export interface BodyLimits {
  /** The largest body, bytes, both before and after decoding. */
  limit: number;
  /** Names the request, for messages. */
  name: () => string;
  /** Makes large bodies wait for each other. @default they do not */
  pace?: PacedBody | undefined;
}

/** A body that can be read, and the size that its sender announced, if that is the size after decoding. */
export interface OpenedBody {
  reader: HttpBodyReader;
  expected: number | undefined;
}

/**
 * Opens a response's body for reading. Counts the bytes before and after decoding while they stream, and never relies on the
 * headers, because a chunked body overrides its Content-Length (RFC 9112 section 6.3). So a small response that unpacks to
 * gigabytes costs no more than the limit. A body in an unknown coding is not decoded. While nothing is read, TCP makes the
 * peer wait.
 * @returns undefined if there is no body
 * @throws {HttpFailure} `too-large`, or `network` for a damaged body, also from the reader; the stream's own error if the
 * connection broke
 */
export async function openBody(message: ReceivedMessage, limits: BodyLimits): Promise<OpenedBody | undefined> {
  const stream = message.body;
  if (stream === null) return undefined;
  const { limit, name, pace } = limits;
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
  const damaged = (error: DamagedBody) => {
    const text = `${name()}: the ${codings.join(", ")} body is damaged`;
    return new HttpFailure("network", text, { cause: error, code: "EPROTO" });
  };
  return {
    reader: new BoundedReader({ stream, codings, limit, tooLarge: guard, damaged, pace }),
    expected: codings.length === 0 ? announced || undefined : undefined,
  };
}

interface BoundedSource {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  codings: readonly ContentCoding[];
  limit: number;
  tooLarge: () => HttpFailure;
  damaged: (error: DamagedBody) => HttpFailure;
  pace: PacedBody | undefined;
}

/** Decodes a body while it is read, and counts it. */
class BoundedReader implements HttpBodyReader {
  #decoded: Decoded | undefined;
  #total = 0;

  constructor(private readonly source: BoundedSource) {}

  async read(): Promise<Uint8Array | undefined> {
    try {
      const decoded = this.#decoded ?? (await this.#open());
      const { pace } = this.source;
      for (;;) {
        const turn = pace?.turn();
        if (turn !== undefined) await turn;
        const { done, value } = await decoded.read();
        pace?.read(value?.byteLength ?? 0);
        if (done || value === undefined) return undefined;
        this.#total += value.byteLength;
        if (this.#total > this.source.limit) {
          await decoded.cancel().catch(() => undefined);
          throw this.source.tooLarge();
        }
        if (value.byteLength > 0) return value;
      }
    } catch (error) {
      throw error instanceof DamagedBody ? this.source.damaged(error) : error;
    }
  }

  cancel(): void {
    const cancelled = this.#decoded === undefined ? this.source.stream.cancel() : this.#decoded.cancel();
    cancelled.catch(() => undefined); // it may have failed before
  }

  /** A decoder waits for the first bytes, so it is made when they are asked for. */
  async #open(): Promise<Decoded> {
    const { stream, codings, limit, tooLarge } = this.source;
    const decoded = codings.length === 0 ? stream : await decodeBody(stream, codings, limit, tooLarge);
    const reader = decoded.getReader();
    this.#decoded = reader;
    return reader;
  }
}

/** What is used of a stream's reader. */
interface Decoded {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
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

/** Returns true if a body with this Content-Encoding is decoded when it is read. */
export function isDecoded(header: string): boolean {
  return contentCodings(header).length === codingNames(header).length;
}

function codingNames(header: string | null): string[] {
  const names = (header ?? "").toLowerCase().split(",");
  return names.map((name) => name.trim()).filter((name) => name !== "" && name !== "identity");
}

/**
 * Returns the codings of a Content-Encoding header, in the order in which they were applied; empty if one is unknown.
 */
function contentCodings(header: string | null): ContentCoding[] {
  const codings: ContentCoding[] = [];
  for (const name of codingNames(header)) {
    const coding = CODINGS[name];
    if (coding === undefined || codings.length === MOST_CODINGS) return [];
    codings.push(coding);
  }
  return codings;
}

function tooLarge(name: string, limit: number): HttpFailure {
  return new HttpFailure("too-large", `${name}: the response is larger than the limit of ${formatSize(limit)}`);
}
