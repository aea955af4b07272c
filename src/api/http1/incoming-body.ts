/** How many bytes of a body may wait for the handler. Beyond that, the client has to wait too. */
const MAX_WAITING_BYTES = 256 * 1024;

/** The body of a request, while it arrives. */
export interface IncomingBody {
  stream: ReadableStream<Uint8Array>;
  push(bytes: Uint8Array): void;
  end(): void;
  /** Makes all further reads reject with `error`. */
  fail(error: unknown): void;
}

/** How a body controls its connection. */
export interface BodyFlow {
  /** Called when the handler reads the body for the first time. */
  onWanted(): void;
  /** Makes the client wait, or lets it continue. */
  setPaused(paused: boolean): void;
}

/** Creates the body of a request that is still arriving. */
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
    // Nothing is pulled before the handler reads.
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
