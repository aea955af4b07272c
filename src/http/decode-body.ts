import type { HttpFailure } from "../domain/http.ts";

/** Content codings of RFC 9110 section 8.4.1 and RFC 8878, by the names of DecompressionStream. */
export type ContentCoding = "gzip" | "deflate" | "brotli" | "zstd";

type Bytes = Uint8Array<ArrayBuffer>;

/** A body could not be decoded, which is the server's fault, not the network's. */
export class DamagedBody extends Error {}

/**
 * Decodes a body while it streams; the decoders keep pace with their reader, so nothing piles up. Bun's client could do
 * this, but it writes to stderr if a body is damaged (Bun 1.4.5). An empty body is not decoded.
 * @param codings in the order in which they were applied
 * @param limit the most bytes before decoding
 * @param tooLarge creates the error for a larger body
 * @returns a stream that fails with {@link DamagedBody} if decoding fails, else with the source's own error
 */
export async function decodeBody(
  source: ReadableStream<Bytes>,
  codings: readonly ContentCoding[],
  limit: number,
  tooLarge: () => HttpFailure,
): Promise<ReadableStream<Bytes>> {
  const wire = countedReader(source, limit, tooLarge);
  const first = await wire.read();
  if (first === undefined) return new ReadableStream<Bytes>({ start: (controller) => controller.close() });
  let pending: Bytes | undefined = first;
  let stream = new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const bytes = pending ?? (await wire.read());
        pending = undefined;
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: wire.cancel,
    },
    { highWaterMark: 0 },
  );
  codings.toReversed().forEach((coding, index) => {
    const form = coding === "deflate" && index === 0 ? deflateForm(first) : coding;
    stream = stream.pipeThrough(new DecompressionStream(form));
  });
  return withCause(stream, wire.failure);
}

/**
 * Detects the form of "deflate". It means zlib (RFC 9110 section 8.4.1.2), but some servers send raw data without its
 * header.
 */
function deflateForm(first: Bytes): "deflate" | "deflate-raw" {
  const [a = 0, b] = first;
  return (a & 0x0f) === 8 && (b === undefined || (a * 256 + b) % 31 === 0) ? "deflate" : "deflate-raw";
}

function countedReader(source: ReadableStream<Bytes>, limit: number, tooLarge: () => HttpFailure) {
  const reader = source.getReader();
  let total = 0;
  let failed: unknown;
  return {
    /** Returns at least one byte; `undefined` at the end. */
    async read(): Promise<Bytes | undefined> {
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return undefined;
          total += value.byteLength;
          if (total > limit) throw tooLarge();
          if (value.byteLength > 0) return value;
        }
      } catch (error) {
        failed = error;
        void reader.cancel().catch(() => undefined);
        throw error;
      }
    },
    cancel: (reason: unknown) => reader.cancel(reason),
    /** Returns the source's error, if it failed; later errors are then consequences. */
    failure: () => failed,
  };
}

function withCause(stream: ReadableStream<Bytes>, sourceFailure: () => unknown): ReadableStream<Bytes> {
  const reader = stream.getReader();
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          throw sourceFailure() ?? new DamagedBody("can't be decoded", { cause: error });
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
