/** How many bytes of a body may wait for the handler to read them; beyond that the client has to wait too. */
const MAX_WAITING_BYTES = 256 * 1024;

/** The body of a request that has not come whole. */
export interface IncomingBody {
  stream: ReadableStream<Uint8Array>;
  push(bytes: Uint8Array): void;
  end(): void;
  /** What is read from now on rejects with `error`. */
  fail(error: unknown): void;
}

/** How a body steers the connection that it comes over. */
export interface BodyFlow {
  /** The handler reads the body for the first time. */
  onWanted(): void;
  /** Whether the client has to wait. */
  setPaused(paused: boolean): void;
}

export function createIncomingBody(flow: BodyFlow): IncomingBody {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isWanted = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        if (!isWanted) flow.onWanted();
        isWanted = true;
        flow.setPaused(false);
      },
      cancel() {
        controller = undefined;
        flow.setPaused(false);
      },
    },
    // Nothing is asked for before the handler reads.
    { highWaterMark: 0, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  return {
    stream,
    push(bytes) {
      if (controller === undefined || bytes.byteLength === 0) return;
      controller.enqueue(bytes);
      if (-(controller.desiredSize ?? 0) > MAX_WAITING_BYTES) flow.setPaused(true);
    },
    end() {
      controller?.close();
      controller = undefined;
    },
    fail(error) {
      controller?.error(error);
      controller = undefined;
    },
  };
}
