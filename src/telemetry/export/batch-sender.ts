import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import type { ExportItem, FromThread } from "./export-item.ts";
import type { SendSpans } from "./send-spans.ts";

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

/** Items that are sent at once without waiting for more: a few thousand spans. */
const BATCH = 512;
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
  const items = state.queue.splice(0, BATCH);
  const spans = items.flatMap(state.read);
  const count = items.length;
  for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)) {
    const result = await state.send(spans);
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

function pause(state: SenderState, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    state.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
