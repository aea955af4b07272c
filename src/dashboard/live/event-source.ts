import { createEventParser, type StreamEvent } from "./event-stream.ts";

/** A stream of events that is opened again when it ends. */
export interface EventSourceOptions {
  /** Opens the stream. @param resumeAfter id of the last event that arrived; "" for the first time */
  open(resumeAfter: string, signal: AbortSignal): Promise<Response>;
  onEvents(events: readonly StreamEvent[]): void;
  /** Called with true when the stream is open, and with false when it is lost. */
  onConnected?(isConnected: boolean): void;
  /** Id of the event to begin after. @default "" */
  resumeAfter?: string;
}

/** The wait before a stream is opened again: at first, and at most. Milliseconds. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/** Reads a stream of server-sent events until the returned function is called, and opens it again when it breaks. */
export function readEvents(options: EventSourceOptions): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  let resumeAfter = options.resumeAfter ?? "";
  let wait = FIRST_WAIT_MS;

  async function readOnce(): Promise<void> {
    const response = await options.open(resumeAfter, signal);
    if (!response.ok || response.body === null) throw new Error(`the stream has status ${response.status}`);
    options.onConnected?.(true);
    wait = FIRST_WAIT_MS;
    const parser = createEventParser(resumeAfter);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = parser.read(value);
      resumeAfter = parser.lastId();
      if (events.length > 0) options.onEvents(events);
    }
  }

  async function readOn(): Promise<void> {
    while (!signal.aborted) {
      await readOnce().catch(() => {});
      if (signal.aborted) return;
      options.onConnected?.(false);
      await pause(wait, signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  void readOn();
  return () => controller.abort();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
