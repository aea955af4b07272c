import type { HttpBodyReader, HttpRequest } from "../domain/http.ts";

/** Bodies of at least this many bytes are sent piece by piece. */
const LARGE = 1024 * 1024;
/** The size of a piece, bytes. */
const PIECE = 256 * 1024;

/** A request's body as the client takes it, and the headers that belong to it. */
export interface OutgoingBody {
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  headers: [name: string, value: string][];
}

/**
 * Prepares a body for sending. The client copies what it gets: that takes 5 ms for each MB, so a large body is passed on in
 * pieces, each when the one before is on its way. It has a Content-Length all the same.
 */
export function outgoingBody({ body: bytes, upload }: Pick<HttpRequest, "body" | "upload">): OutgoingBody {
  if (upload !== undefined) return { body: streamOf(upload), headers: [] };
  if (bytes === null) return { body: null, headers: [] };
  if (bytes.byteLength < LARGE) return { body: plainBytes(bytes), headers: [] };
  return { body: piecesOf(bytes), headers: [["Content-Length", String(bytes.byteLength)]] };
}

/** A stream that asks for each piece when the one before is on its way. It is sent in chunks, because its length is unknown. */
function streamOf(upload: HttpBodyReader): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = await upload.read();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: () => upload.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/** Copies shared memory, which the client does not accept; returns other bytes unchanged. */
export function plainBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function piecesOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(bytes.slice(at, at + PIECE));
        at += PIECE;
        if (at >= bytes.byteLength) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
