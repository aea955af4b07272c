import { RatchetError } from "../../domain/errors.ts";

/** Reads the header `Last-Event-ID`. @throws {RatchetError} USAGE */
export function readLastId(header: string | null): number | undefined {
  if (header === null || header === "") return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new RatchetError("USAGE", "Last-Event-ID is not the id of an event.", {
    remedy: "Send the id of the last event that you received.",
  });
}

/**
 * Streams what a reader delivers as server-sent events, as fast as the client reads, so that a slow client costs no memory.
 * @param frameOf formats what the reader delivers
 */
export function streamOf<News>(
  reader: { next(): Promise<News | undefined>; close(): void },
  signal: AbortSignal,
  frameOf: (news: News) => string,
): Response {
  const encoder = new TextEncoder();
  signal.addEventListener("abort", reader.close, { once: true });
  if (signal.aborted) reader.close();
  let greeted = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!greeted) {
          greeted = true;
          // The headers are sent with the first bytes, and the client should learn at once that it is connected.
          controller.enqueue(encoder.encode("retry: 2000\n: connected\n\n"));
          return;
        }
        const news = await reader.next();
        if (news === undefined) controller.close();
        else controller.enqueue(encoder.encode(frameOf(news)));
      },
      cancel: () => reader.close(),
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}
