/** One server-sent event. */
export interface SentEvent {
  id?: string;
  event?: string;
  data?: string;
  /** Lines that begin with a colon. */
  comment?: string;
}

/** A stream of server-sent events that is read by hand. */
export interface EventStream extends AsyncDisposable {
  status: number;
  headers: Headers;
  /** The next event; `undefined` when the stream has ended. @throws {Error} when none comes in time */
  next(): Promise<SentEvent | undefined>;
  /** The next event of a type, passing over others. */
  nextOf(type: string): Promise<SentEvent>;
}

/** Opens a stream and reads nothing of it before it is asked. */
export async function openEventStream(url: string, init: RequestInit = {}): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { ...init, signal: abort.signal });
  const reader = (response.body ?? new ReadableStream()).getReader();
  const decoder = new TextDecoder();
  let text = "";

  async function next(): Promise<SentEvent | undefined> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end !== -1) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        return parse(block);
      }
      const late = AbortSignal.timeout(60_000);
      const { done, value } = await Promise.race([
        reader.read(),
        new Promise<never>((_, reject) => late.addEventListener("abort", () => reject(new Error("no event came")))),
      ]);
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  }

  return {
    status: response.status,
    headers: response.headers,
    next,
    async nextOf(type) {
      for (;;) {
        const event = await next();
        if (event === undefined) throw new Error(`the stream ended before ${type}`);
        if (event.event === type) return event;
      }
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
    },
  };
}

function parse(block: string): SentEvent {
  const event: SentEvent = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (name === "") event.comment = value;
    if (name === "id" || name === "event" || name === "data") event[name] = value;
  }
  return event;
}
