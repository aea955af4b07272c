import { jsonParts } from "../../lib/raw-json.ts";

/** Answers up to so many characters are written at once, larger ones piece by piece. */
const WRITTEN_AT_ONCE = 128 * 1024;

/** A JSON answer; JSON texts in it are passed on as they are. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  const parts = jsonParts(value);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return new Response(length <= WRITTEN_AT_ONCE ? parts.join("") : streamOf(parts), {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** Done, and nothing to say. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/**
 * The bytes of texts, made as they are sent: encoding 30 MB takes 100 ms, in which nothing else would be answered.
 * Other work goes first after each piece.
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

/** No piece ends between the halves of a surrogate pair: each half would be sent as a replacement character. */
function pieceEnd(text: string, start: number): number {
  const end = Math.min(start + WRITTEN_AT_ONCE, text.length);
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last < 0xdc00 ? end - 1 : end;
}
