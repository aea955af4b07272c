import { write } from "node:fs";
import { systemErrorCode } from "../../../lib/system-error.ts";

/** Writes many small texts to a descriptor in few large writes, off the main thread. */
export interface BatchWriter {
  add(text: string): void;
  /** Whether more may be added; when not, `onRoom` is called later. */
  hasRoom(): boolean;
  /**
   * Resolves when everything added is written.
   * @throws the error of the write that failed
   */
  finish(): Promise<void>;
}

/** A batch of this many characters is written at once; a smaller one waits a little for more. */
const BATCH = 64 * 1024;
const MAX_PENDING = 1024 * 1024;
const MAX_WAIT_MS = 2;
const RETRY_MS = 1;

/**
 * Makes a writer. Writes are asynchronous, so that a reader that is slow holds up neither timers nor signals.
 * @param onRoom called when there is room again
 * @param onError called once, when a write failed; nothing is written afterwards
 */
export function createBatchWriter(
  descriptor: number,
  callbacks: { onRoom: () => void; onError: (error: unknown) => void },
): BatchWriter {
  let pending: string[] = [];
  let pendingLength = 0;
  let writing = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failure: { error: unknown } | undefined;
  let settle: (() => void) | undefined;

  const fail = (error: unknown) => {
    failure = { error };
    writing = false;
    callbacks.onError(error);
    settle?.();
  };
  const writeFrom = (bytes: Buffer, offset: number) => {
    write(descriptor, bytes, offset, bytes.length - offset, null, (error, written) => {
      if (error !== null) {
        const code = systemErrorCode(error);
        // Somebody else set the pipe to non-blocking.
        if (code === "EAGAIN" || code === "EINTR") setTimeout(writeFrom, RETRY_MS, bytes, offset);
        else fail(error);
      } else if (offset + written < bytes.length) {
        writeFrom(bytes, offset + written);
      } else {
        writing = false;
        if (pendingLength >= BATCH || settle !== undefined) flush();
        else schedule();
        callbacks.onRoom();
      }
    });
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (writing) return;
    if (pendingLength === 0 || failure !== undefined) {
      settle?.();
      return;
    }
    const bytes = Buffer.from(pending.join(""));
    pending = [];
    pendingLength = 0;
    writing = true;
    writeFrom(bytes, 0);
  };
  const schedule = () => {
    if (pendingLength > 0 && timer === undefined) timer = setTimeout(flush, MAX_WAIT_MS);
  };
  return {
    add: (text) => {
      if (failure !== undefined) return;
      pending.push(text);
      pendingLength += text.length;
      if (writing) return;
      if (pendingLength >= BATCH) flush();
      else schedule();
    },
    hasRoom: () => pendingLength < MAX_PENDING,
    finish: async () => {
      await new Promise<void>((resolve) => {
        settle = resolve;
        flush();
      });
      if (failure !== undefined) throw failure.error;
    },
  };
}
