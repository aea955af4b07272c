import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { ExportItem, FromThread } from "./export-item.ts";
import type { SendResult, SendSpans } from "./send-spans.ts";

/** What a {@link BatchSender} needs. */
export interface BatchSenderOptions {
  /** How long items wait for others to be sent with, ms. */
  delayMs: number;
  send: SendSpans;
  read: (item: ExportItem) => ReadableSpan[];
  post: (message: FromThread) => void;
}

/** Sends items in batches, one at a time, each until it is accepted or refused for good. */
export interface BatchSender {
  add(items: readonly ExportItem[]): void;
  /** Sends everything now. A batch that is refused then is given up. */
  flush(): void;
}

/** Items that are sent at once without waiting for more, and the most of one request. */
const BATCH = 512;
/** A request with so many spans gets no further item: collectors refuse large ones. */
const BATCH_SPANS = 2_048;
/** Pause before a batch is sent again, ms. It doubles with each try up to the longest. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** The longest pause that a collector can ask for, ms. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** Everything that changes. */
interface SenderState extends BatchSenderOptions {
  queue: ExportItem[];
  timer: ReturnType<typeof setTimeout> | undefined;
  isSending: boolean;
  isFlushing: boolean;
  /** Ends the pause before the next try. */
  wake: (() => void) | undefined;
}

export function createBatchSender(options: BatchSenderOptions): BatchSender {
  const state: SenderState = {
    ...options,
    queue: [],
    timer: undefined,
    isSending: false,
    isFlushing: false,
    wake: undefined,
  };
  return {
    add(items) {
      for (const item of items) state.queue.push(item);
      schedule(state);
    },
    flush() {
      state.isFlushing = true;
      state.wake?.();
      schedule(state);
    },
  };
}

function schedule(state: SenderState): void {
  if (state.isSending) return;
  if (state.queue.length === 0) {
    if (state.isFlushing) state.post({ kind: "flushed" });
    state.isFlushing = false;
  } else if (state.queue.length >= BATCH || state.isFlushing) void sendBatch(state);
  else state.timer ??= setTimeout(() => void sendBatch(state), state.delayMs);
}

async function sendBatch(state: SenderState): Promise<void> {
  clearTimeout(state.timer);
  state.timer = undefined;
  state.isSending = true;
  const { spans, count, unreadable } = takeBatch(state);
  if (unreadable > 0) state.post({ kind: "done", count: unreadable, problem: "spans could not be written" });
  for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)) {
    const result = await sent(state, spans);
    if (result.kind === "sent") {
      state.post({ kind: "done", count });
      break;
    }
    if (result.kind === "refused" || state.isFlushing) {
      state.post({ kind: "done", count, problem: result.problem });
      break;
    }
    state.post({ kind: "problem", problem: result.problem });
    await pause(state, result.afterMs === undefined ? pauseMs : Math.min(result.afterMs, LONGEST_RETRY_AFTER_MS));
  }
  state.isSending = false;
  schedule(state);
}

/** Takes items from the queue, up to the size of a request. */
function takeBatch({ queue, read }: SenderState): { spans: ReadableSpan[]; count: number; unreadable: number } {
  const spans: ReadableSpan[] = [];
  let [count, unreadable] = [0, 0];
  for (const item of queue) {
    if (count + unreadable >= BATCH || spans.length >= BATCH_SPANS) break;
    try {
      spans.push(...read(item));
      count += 1;
    } catch {
      unreadable += 1;
    }
  }
  queue.splice(0, count + unreadable);
  return { spans, count, unreadable };
}

/** A failure of the sender itself must not end all sending. */
async function sent({ send }: SenderState, spans: ReadableSpan[]): Promise<SendResult> {
  try {
    return await send(spans);
  } catch (error) {
    return { kind: "refused", problem: error instanceof Error ? error.message : String(error) };
  }
}

function pause(state: SenderState, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    state.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
