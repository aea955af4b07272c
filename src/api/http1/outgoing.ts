/** The part of a socket that bytes are written to. */
export interface Sink {
  /** @returns how many bytes the system took; -1 when the connection is gone */
  write(bytes: Uint8Array): number;
}

/** Writes no faster than the client reads. One write at a time. */
export interface Outgoing {
  /** @returns (or resolves with) false when the connection is gone */
  write(bytes: Uint8Array): boolean | Promise<boolean>;
  /** The system takes more. @returns whether some of what waited was written */
  drain(): boolean;
  /** Whether bytes wait for the client. */
  isBlocked(): boolean;
  /** The connection is gone. */
  close(): void;
  /** Calls `run` when the connection goes; in place of what was given before. */
  onClose(run: (() => void) | undefined): void;
}

export function createOutgoing(sink: Sink): Outgoing {
  let waiting: Uint8Array | undefined;
  let settle: ((written: boolean) => void) | undefined;
  let closed = false;
  let closing: (() => void) | undefined;

  /** Settles the write under way. */
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
