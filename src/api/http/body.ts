import type { Clock } from "../../lib/clock.ts";
import { formatDuration } from "../../lib/duration.ts";
import { formatSize } from "../../lib/size.ts";
import type { BodyLease } from "./body-memory.ts";
import { HttpError } from "./http-error.ts";

/** Limits on request bodies. */
export interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
  clock: Clock;
}

/**
 * Reads a request's body.
 * @param memory gets the size of each piece before the piece is kept
 * @returns its bytes; undefined if it has no body
 * @throws {HttpError} if it is too large, too slow, compressed or cut short, or if too many bodies are being handled
 */
export async function readBytes(
  request: Request,
  limits: BodyLimits,
  memory: BodyLease,
): Promise<Uint8Array | undefined> {
  const { headers } = request;
  const declared = headers.get("content-length");
  if (declared !== null && Number(declared) > limits.maxBytes) throw tooLarge(Number(declared), limits.maxBytes);
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new HttpError(415, "UNSUPPORTED_CONTENT_ENCODING", "The server does not accept compressed bodies.", {
      remedy: "Send the body uncompressed.",
    });
  }
  if (request.body === null) return undefined;
  if (declared !== null) memory.take(Number(declared));
  const reading = declared === null ? collect(request.body, limits.maxBytes, memory) : whole(request);
  const bytes = await inTime(reading, limits);
  return bytes.byteLength === 0 ? undefined : bytes;
}

function tooLarge(bytes: number | undefined, maxBytes: number): HttpError {
  const size = bytes === undefined ? "more" : `${bytes} bytes`;
  return new HttpError(413, "BODY_TOO_LARGE", `The body has ${size}; the limit is ${formatSize(maxBytes)}.`, {
    remedy: "Send less at once, or raise server.max_body_size.",
    // The rest of the body would be read for nothing.
    headers: { connection: "close" },
  });
}

async function whole(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch {
    throw cutShort();
  }
}

const cutShort = (): HttpError => new HttpError(400, "BODY_CUT_SHORT", "The connection ended before the body did.");

async function collect(body: ReadableStream<Uint8Array>, maxBytes: number, memory: BodyLease): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(undefined, maxBytes);
      memory.take(chunk.byteLength);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw cutShort();
  }
  return Buffer.concat(chunks, size);
}

function inTime<T>(work: Promise<T>, { clock, timeoutMs }: BodyLimits): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(timeoutMs, () => {
      const message = `The body did not arrive within ${formatDuration(timeoutMs)}.`;
      reject(new HttpError(408, "BODY_TOO_SLOW", message, { headers: { connection: "close" } }));
    });
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}
