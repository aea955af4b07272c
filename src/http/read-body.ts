import { HttpFailure } from "../domain/http.ts";
import { formatSize } from "../lib/size.ts";
import { type ContentCoding, DamagedBody, decodeBody } from "./decode-body.ts";

const CODINGS: Readonly<Record<string, ContentCoding | undefined>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "brotli",
  zstd: "zstd",
};

/** No honest server encodes more often; each layer costs. */
const MOST_CODINGS = 3;

/**
 * Reads a response's body to its end, decoded. Counts what arrives and what comes out of the decoder while it streams,
 * so a small answer that unpacks to gigabytes costs the limit and no more. An unknown coding is handed through as it
 * is.
 * @param limit largest body, bytes, both as sent and decoded
 * @param name names the request, for messages
 * @throws {HttpFailure} `too-large`, or `network` for a damaged body; the stream's own error when the connection broke
 */
export async function readBody(response: Response, limit: number, name: () => string): Promise<Uint8Array> {
  const announced = response.headers.get("content-length");
  const codings = contentCodings(response.headers.get("content-encoding"));
  // A body that says its length, and says little, needs no counting: no more than that is read. Most are such, and
  // without a stream they cost a third.
  if (announced !== null && codings.length === 0 && Number(announced) <= limit) return await response.bytes();
  const stream: ReadableStream<Uint8Array<ArrayBuffer>> | null = response.body;
  if (stream === null) return new Uint8Array(0);
  if (Number(announced) > limit) {
    await stream.cancel().catch(() => undefined);
    throw tooLarge(name(), limit);
  }
  const guard = () => tooLarge(name(), limit);
  try {
    const decoded = codings.length === 0 ? stream : await decodeBody(stream, codings, limit, guard);
    return await collect(decoded, limit, guard);
  } catch (error) {
    if (!(error instanceof DamagedBody)) throw error;
    throw new HttpFailure("network", `${name()}: the ${codings.join(", ")} body is damaged`, { cause: error });
  }
}

/** The codings of a Content-Encoding header, in the order in which they were applied; none when one is unknown. */
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

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
  tooLarge: () => HttpFailure,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (value === undefined) continue;
    total += value.byteLength;
    if (total > limit) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    chunks.push(value);
  }
  return Bun.concatArrayBuffers(chunks, total, true);
}

function tooLarge(name: string, limit: number): HttpFailure {
  return new HttpFailure("too-large", `${name}: the response is larger than the limit of ${formatSize(limit)}`);
}
