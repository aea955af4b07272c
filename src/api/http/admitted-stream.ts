import { RatchetError } from "../../domain/errors.ts";

/** How long the caller of a stream is trusted before it is checked again, ms. */
const TRUSTED_MS = 2_000;

/**
 * Returns a stream of events that ends when its caller may not read it any more: what comes after a key was revoked, or a
 * session ended, is not sent. Any other response is returned as it is.
 * @param admit checks the caller again; rejects if it is refused
 */
export function whileAdmitted(response: Response, admit: () => unknown): Response {
  const { body, status, headers } = response;
  if (body === null || !headers.get("content-type")?.startsWith("text/event-stream")) return response;
  const reader = body.getReader();
  let checkedAt = performance.now();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done || !(await isAdmitted())) {
          await reader.cancel();
          return controller.close();
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  async function isAdmitted(): Promise<boolean> {
    if (performance.now() - checkedAt < TRUSTED_MS) return true;
    checkedAt = performance.now();
    try {
      await admit();
      return true;
    } catch (error) {
      return !(error instanceof RatchetError);
    }
  }
  return new Response(stream, { status, headers });
}
