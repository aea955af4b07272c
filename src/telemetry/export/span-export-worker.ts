import type { TraceExportSettings } from "../../domain/trace-export.ts";
import { type BatchSender, createBatchSender } from "./batch-sender.ts";
import type { ExportItem, FromThread, ToThread } from "./export-item.ts";
import { spanReader } from "./readable-spans.ts";
import { createSendSpans } from "./send-spans.ts";

/** The thread that turns what has ended into spans and sends them, so that this takes no time of the main thread. */
declare const self: Worker;

const started = Promise.withResolvers<BatchSender>();
let isStarted = false;

async function start(settings: TraceExportSettings): Promise<BatchSender> {
  const send = await createSendSpans(settings);
  const post = (message: FromThread) => self.postMessage(message);
  return createBatchSender({ delayMs: settings.delayMs, send, read: spanReader(settings), post });
}

self.onmessage = ({ data }: MessageEvent<ToThread | TraceExportSettings>) => {
  if (!isStarted) {
    isStarted = true;
    start(data as TraceExportSettings).then(started.resolve, started.reject);
    return;
  }
  const message = data as ToThread;
  // In the order of the messages.
  void started.promise.then((sender) => {
    if (message.kind === "flush") sender.flush();
    else sender.add(JSON.parse(message.json) as ExportItem[]);
  });
};
