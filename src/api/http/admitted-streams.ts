import { RatchetError } from "../../domain/errors.ts";
import type { Caller } from "../../domain/principal.ts";
import type { Clock, Timer } from "../../lib/clock.ts";

/** How often the callers of all streams are checked, ms. */
const CHECK_EVERY_MS = 2_000;

/** How many callers are checked at once. In between, the server has time for other requests. */
const CHECKED_AT_ONCE = 100;

/** Streams of events, each of which ends soon after its caller lost a right: nobody has to wait for its next event. */
export interface AdmittedStreams {
  /**
   * Returns a stream of events that ends when its caller may not read it any more, because a key was revoked, a session
   * ended, or the role or the tasks changed. Any other response is returned as it is.
   * @param caller whom the response was made for
   * @param admit checks the caller again; rejects if it is refused
   */
  guard(response: Response, caller: Caller, admit: () => Caller | Promise<Caller>): Response;
}

/** A stream that is open. */
interface OpenStream {
  rights: string;
  admit: () => Caller | Promise<Caller>;
  end: () => void;
}

/** Creates the guard of all streams of a server. One timer serves them all, and none runs without a stream. */
export function createAdmittedStreams(clock: Pick<Clock, "after">): AdmittedStreams {
  const open = new Set<OpenStream>();
  let timer: Timer | undefined;

  async function checkAll(): Promise<void> {
    const streams = [...open];
    for (let at = 0; at < streams.length; at += CHECKED_AT_ONCE) {
      if (at > 0) await new Promise(setImmediate);
      await Promise.all(streams.slice(at, at + CHECKED_AT_ONCE).map(check));
    }
    timer = open.size === 0 ? undefined : clock.after(CHECK_EVERY_MS, () => void checkAll());
  }

  async function check(stream: OpenStream): Promise<void> {
    if (!(await isStillAdmitted(stream))) stream.end();
  }

  return {
    guard(response, caller, admit) {
      const { body, status, headers } = response;
      if (body === null || !headers.get("content-type")?.startsWith("text/event-stream")) return response;
      const reader = body.getReader();
      const stream: OpenStream = { rights: rightsOf(caller), admit, end: () => {} };
      const leave = () => {
        open.delete(stream);
        if (open.size > 0) return;
        timer?.cancel();
        timer = undefined;
      };
      open.add(stream);
      timer ??= clock.after(CHECK_EVERY_MS, () => void checkAll());
      return new Response(guarded(reader, stream, leave), { status, headers });
    },
  };
}

function guarded(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">,
  stream: OpenStream,
  leave: () => void,
): ReadableStream<Uint8Array> {
  let hasEnded = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream.end = () => {
          if (hasEnded) return;
          hasEnded = true;
          leave();
          controller.close();
          void reader.cancel();
        };
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return stream.end();
        if (!hasEnded) controller.enqueue(value);
      },
      cancel(reason) {
        hasEnded = true;
        leave();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

async function isStillAdmitted({ admit, rights }: OpenStream): Promise<boolean> {
  try {
    return rightsOf(await admit()) === rights;
  } catch (error) {
    // A store that fails says nothing about the caller.
    return !(error instanceof RatchetError);
  }
}

/** What a stream depends on: a caller who gets another role or other tasks has to begin again. */
function rightsOf({ principal }: Caller): string {
  return JSON.stringify([principal?.kind, principal?.name, principal?.role, principal?.tasks]);
}
