import { write } from "node:fs";
import { systemErrorCode } from "../../../lib/system-error.ts";

/** Writes many small texts to a descriptor in few large writes, off the main thread. */
export interface BatchWriter {
  add(text: string): void;
  /** Returns true if more may be added. Otherwise, `onRoom` is called later. */
  hasRoom(): boolean;
  /**
   * Resolves when everything added is written.
   * @throws the error of the write that failed
   */
  finish(): Promise<void>;
}

/** What a writer calls. */
interface Callbacks {
  /** Called when there is room again. */
  onRoom: () => void;
  /** Called once, when a write failed. Nothing is written afterwards. */
  onError: (error: unknown) => void;
}

/** State of a writer. */
interface Writing {
  readonly descriptor: number;
  readonly callbacks: Callbacks;
  /** Texts of the next batch. */
  pending: string[];
  /** Their length, in characters. */
  pendingLength: number;
  /** A write is under way. */
  isBusy: boolean;
  /** Flushes a batch that has waited long enough. */
  timer: ReturnType<typeof setTimeout> | undefined;
  failure: { error: unknown } | undefined;
  /** Resolves `finish`. */
  settle: (() => void) | undefined;
}

/** A batch of this many characters is written at once. A smaller one waits a little for more. */
const BATCH = 64 * 1024;
const MAX_PENDING = 1024 * 1024;
const MAX_WAIT_MS = 2;
const RETRY_MS = 1;

/** Creates a writer. Its writes are asynchronous, so that a slow reader delays neither timers nor signals. */
export function createBatchWriter(descriptor: number, callbacks: Callbacks): BatchWriter {
  const writing: Writing = {
    descriptor,
    callbacks,
    pending: [],
    pendingLength: 0,
    isBusy: false,
    timer: undefined,
    failure: undefined,
    settle: undefined,
  };
  return {
    add: (text) => {
      if (writing.failure !== undefined) return;
      writing.pending.push(text);
      writing.pendingLength += text.length;
      if (writing.isBusy) return;
      if (writing.pendingLength >= BATCH) flush(writing);
      else scheduleFlush(writing);
    },
    hasRoom: () => writing.pendingLength < MAX_PENDING,
    finish: async () => {
      await new Promise<void>((resolve) => {
        writing.settle = resolve;
        flush(writing);
      });
      if (writing.failure !== undefined) throw writing.failure.error;
    },
  };
}

function scheduleFlush(writing: Writing): void {
  if (writing.pendingLength > 0 && writing.timer === undefined) {
    writing.timer = setTimeout(flush, MAX_WAIT_MS, writing);
  }
}

/** Writes everything that is pending, unless a write is under way. */
function flush(writing: Writing): void {
  clearTimeout(writing.timer);
  writing.timer = undefined;
  if (writing.isBusy) return;
  if (writing.pendingLength === 0 || writing.failure !== undefined) {
    writing.settle?.();
    return;
  }
  const bytes = Buffer.from(writing.pending.join(""));
  writing.pending = [];
  writing.pendingLength = 0;
  writing.isBusy = true;
  writeFrom(writing, bytes, 0);
}

function writeFrom(writing: Writing, bytes: Buffer, offset: number): void {
  write(writing.descriptor, bytes, offset, bytes.length - offset, null, (error, written) => {
    if (error !== null) {
      const code = systemErrorCode(error);
      // Another process set the pipe to non-blocking.
      if (code === "EAGAIN" || code === "EINTR") setTimeout(writeFrom, RETRY_MS, writing, bytes, offset);
      else fail(writing, error);
    } else if (offset + written < bytes.length) {
      writeFrom(writing, bytes, offset + written);
    } else {
      writing.isBusy = false;
      if (writing.pendingLength >= BATCH || writing.settle !== undefined) flush(writing);
      else scheduleFlush(writing);
      writing.callbacks.onRoom();
    }
  });
}

function fail(writing: Writing, error: unknown): void {
  writing.failure = { error };
  writing.isBusy = false;
  writing.callbacks.onError(error);
  writing.settle?.();
}
