import type { Clock } from "../../lib/clock.ts";
import { formatDuration } from "../../lib/duration.ts";
import { formatSize } from "../../lib/size.ts";
import type { BodyLease } from "./body-memory.ts";
import { HttpError } from "./http-error.ts";

/** A body of this size is read at once, which is faster than in pieces. */
const SMALL_BYTES = 64 * 1024;

/** Chunks that are smaller than a quarter of this are joined to blocks of this size. */
const BLOCK_BYTES = 64 * 1024;

/** Limits on request bodies. */
export interface BodyLimits {
  maxBytes: number;
  timeoutMs: number;
  clock: Clock;
}

/**
 * Reads a request's body. A large one stays in the pieces in which it arrived: joining them would block the thread.
 * @param memory gets the size of each piece before the piece is kept
 * @returns its bytes in order; undefined if it has no body
 * @throws {HttpError} if it is too large, too slow, compressed or cut short, or if too many bodies are being handled
 */
export async function readPieces(
  request: Request,
  limits: BodyLimits,
  memory: BodyLease,
): Promise<readonly Uint8Array[] | undefined> {
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
  if (declared !== null && Number(declared) <= SMALL_BYTES) {
    const bytes = await inTime(whole(request), limits);
    return bytes.byteLength === 0 ? undefined : [bytes];
  }
  const onPiece = declared === null ? (bytes: number) => memory.take(bytes) : () => undefined;
  const pieces = await inTime(collect(request.body, limits.maxBytes, onPiece), limits);
  return pieces.length === 0 ? undefined : pieces;
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

async function collect(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  onPiece: (bytes: number) => void,
): Promise<Uint8Array[]> {
  const pieces = createPieces();
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > maxBytes) throw tooLarge(undefined, maxBytes);
      onPiece(chunk.byteLength);
      pieces.add(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw cutShort();
  }
  return pieces.all();
}

/** Keeps what arrives. Small chunks are joined: a client could send millions of them, and each piece costs an object. */
function createPieces() {
  const pieces: Uint8Array[] = [];
  let block = new Uint8Array(0);
  let used = 0;
  const endBlock = () => {
    if (used > 0) pieces.push(used === block.byteLength ? block : block.slice(0, used));
    block = new Uint8Array(0);
    used = 0;
  };
  return {
    add(chunk: Uint8Array): void {
      if (used + chunk.byteLength > block.byteLength) endBlock();
      if (chunk.byteLength >= BLOCK_BYTES / 4) {
        endBlock();
        pieces.push(chunk);
        return;
      }
      if (used === 0) block = new Uint8Array(BLOCK_BYTES);
      block.set(chunk, used);
      used += chunk.byteLength;
    },
    all(): Uint8Array[] {
      endBlock();
      return pieces;
    },
  };
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
