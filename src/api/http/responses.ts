import { jsonParts } from "../../lib/raw-json.ts";

/** Longer responses are written piece by piece; in characters. */
const WRITTEN_AT_ONCE = 128 * 1024;

/** Creates a JSON response. JSON texts inside the value are copied unchanged. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  const parts = jsonParts(value);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Response(length <= WRITTEN_AT_ONCE ? parts.join("") : streamOf(parts), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
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
function streamOf(parts: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let part = 0;
  let at = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise((resolve) => setImmediate(resolve));
        for (;;) {
          const text = parts[part];
          if (text === undefined) return controller.close();
          if (at < text.length) {
            const end = pieceEnd(text, at);
            controller.enqueue(encoder.encode(text.slice(at, end)));
            at = end;
            return;
          }
          part += 1;
          at = 0;
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** No piece ends inside a surrogate pair, because each half would be sent as a replacement character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(start + WRITTEN_AT_ONCE, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
