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
  /** Called after a write, with the number of texts in it and the bytes written so far. */
  onWritten?: ((texts: number, bytes: number) => void) | undefined;
}

/** How a writer groups texts. */
interface BatchOptions {
  /**
   * Longest write, in bytes, unless one text is longer. The system writes short texts in one piece, even if the process is
   * killed meanwhile. @default all that is pending
   */
  maxBytes?: number | undefined;
}

/** State of a writer. */
interface Writing {
  readonly descriptor: number;
  readonly callbacks: Callbacks;
  readonly maxBytes: number | undefined;
  /** Bytes written so far. */
  bytes: number;
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
export function createBatchWriter(
  descriptor: number,
  callbacks: Callbacks,
  { maxBytes }: BatchOptions = {},
): BatchWriter {
  const writing: Writing = {
    descriptor,
    callbacks,
    maxBytes,
    bytes: 0,
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
  if (writing.pending.length > 0 && writing.timer === undefined) {
    writing.timer = setTimeout(flush, MAX_WAIT_MS, writing);
  }
}

/** Writes everything that is pending, unless a write is under way. */
function flush(writing: Writing): void {
  clearTimeout(writing.timer);
  writing.timer = undefined;
  if (writing.isBusy) return;
  if (writing.pending.length === 0 || writing.failure !== undefined) {
    writing.settle?.();
    return;
  }
  const texts = nextTexts(writing);
  const bytes = Buffer.from(texts.join(""));
  writing.isBusy = true;
  writeFrom(writing, { bytes, texts: texts.length }, 0);
}

/** Takes the texts of the next write. */
function nextTexts(writing: Writing): string[] {
  const { pending, maxBytes } = writing;
  let count = pending.length;
  if (maxBytes !== undefined) {
    let bytes = 0;
    count = pending.findIndex((text, index) => {
      bytes += Buffer.byteLength(text);
      return index > 0 && bytes > maxBytes;
    });
    if (count === -1) count = pending.length;
  }
  if (count === pending.length) {
    writing.pending = [];
    writing.pendingLength = 0;
    return pending;
  }
  const texts = pending.splice(0, count);
  for (const text of texts) writing.pendingLength -= text.length;
  return texts;
}

/** A write that is under way. */
interface Batch {
  bytes: Buffer;
  texts: number;
}

function writeFrom(writing: Writing, batch: Batch, offset: number): void {
  const { bytes } = batch;
  write(writing.descriptor, bytes, offset, bytes.length - offset, null, (error, written) => {
    if (error !== null) {
      const code = systemErrorCode(error);
      // Another process set the pipe to non-blocking.
      if (code === "EAGAIN" || code === "EINTR") setTimeout(writeFrom, RETRY_MS, writing, batch, offset);
      else fail(writing, error);
    } else if (offset + written < bytes.length) {
      writeFrom(writing, batch, offset + written);
    } else {
      writing.isBusy = false;
      writing.bytes += bytes.length;
      writing.callbacks.onWritten?.(batch.texts, writing.bytes);
      if (isUrgent(writing)) flush(writing);
      else scheduleFlush(writing);
      writing.callbacks.onRoom();
    }
  });
}

/** There is enough for another write, or more than one write can take, or the end waits for it. */
function isUrgent({ pending, pendingLength, maxBytes, settle }: Writing): boolean {
  return pendingLength >= BATCH || settle !== undefined || (maxBytes !== undefined && pending.length > 0);
}

function fail(writing: Writing, error: unknown): void {
  writing.failure = { error };
  writing.isBusy = false;
  writing.callbacks.onError(error);
  writing.settle?.();
}
