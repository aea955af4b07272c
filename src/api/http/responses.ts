import { jsonParts } from "../../domain/raw-json.ts";
import { readText, type ShareableText, utf8Length } from "../../domain/shared-text.ts";

/** Longer responses are written piece by piece, in bytes or characters. */
const WRITTEN_AT_ONCE = 128 * 1024;

/** Creates a JSON response. JSON texts inside the value are copied unchanged. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return jsonResponse(jsonParts(value), { status, headers: { "cache-control": "no-store", ...headers } });
}

/**
 * Creates a response from the parts of a JSON text. A long one is streamed and states its length.
 * @param init its headers need no content type
 */
export function jsonResponse(
  parts: readonly ShareableText[],
  { status = 200, headers }: { status?: number; headers: Readonly<Record<string, string>> },
): Response {
  const length = parts.reduce((sum, part) => sum + utf8Length(part), 0);
  const isShort = length <= WRITTEN_AT_ONCE;
  return new Response(isShort ? parts.map(readText).join("") : streamOf(parts), {
    status,
    headers: {
      "content-type": "application/json",
      ...(isShort ? {} : { "content-length": String(length) }),
      ...headers,
    },
  });
}

/** Creates a response without content. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/**
 * Streams texts and encodes each piece when it is sent. Encoding 30 MB at once would block the server for 100 ms; this
 * way other work runs after each piece.
 */
function streamOf(parts: readonly ShareableText[]): ReadableStream<Uint8Array> {
  const pieces = piecesOf(parts);
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise((resolve) => setImmediate(resolve));
        const { done, value } = pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

function* piecesOf(parts: readonly ShareableText[]): Generator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for (const part of parts) {
    if (typeof part === "string") {
      for (let at = 0; at < part.length; ) {
        const end = pieceEnd(part, at);
        yield encoder.encode(part.slice(at, end));
        at = end;
      }
    } else {
      for (let at = 0; at < part.utf8.length; at += WRITTEN_AT_ONCE) yield part.utf8.slice(at, at + WRITTEN_AT_ONCE);
    }
  }
}

/** No piece ends inside a surrogate pair, because each half would be sent as a replacement character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(start + WRITTEN_AT_ONCE, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
