/** The part of a socket that bytes are written to. */
export interface Sink {
  /** @returns how many bytes the system accepted; -1 if the connection is gone */
  write(bytes: Uint8Array): number;
}

/** Writes no faster than the client reads, one write at a time. */
export interface Outgoing {
  /** @returns (or resolves with) false if the connection is gone */
  write(bytes: Uint8Array): boolean | Promise<boolean>;
  /** Called when the system accepts more. @returns true if some of the waiting bytes were written */
  drain(): boolean;
  /** Returns true while bytes are waiting for the client. */
  isBlocked(): boolean;
  /** Called when the connection is gone. */
  close(): void;
  /** Sets the function that is called when the connection is gone. */
  onClose(run: (() => void) | undefined): void;
}

/** Creates the outgoing side of a connection. */
export function createOutgoing(sink: Sink): Outgoing {
  let waiting: Uint8Array | undefined;
  let settle: ((written: boolean) => void) | undefined;
  let closed = false;
  let closing: (() => void) | undefined;

  /** Settles the current write. */
  function finish(written: boolean): void {
    const settled = settle;
    waiting = undefined;
    settle = undefined;
    settled?.(written);
  }

  return {
    isBlocked: () => waiting !== undefined,
    write(bytes) {
      if (closed) return false;
      const taken = Math.max(0, sink.write(bytes));
      if (closed) return false;
      if (taken >= bytes.byteLength) return true;
      waiting = bytes.subarray(taken);
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    drain() {
      if (waiting === undefined || closed) return false;
      const taken = Math.max(0, sink.write(waiting));
      if (waiting === undefined) return false;
      if (taken >= waiting.byteLength) finish(true);
      else waiting = waiting.subarray(taken);
      return taken > 0;
    },
    close() {
      if (closed) return;
      closed = true;
      finish(false);
      closing?.();
      closing = undefined;
    },
    onClose(run) {
      closing = run;
    },
  };
}
