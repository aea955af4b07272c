import type { ThreadMessage, ThreadResponse } from "./thread-protocol.ts";
import { createThreadServer } from "./thread-server.ts";

/** The store thread. It serves one request after another. */
declare const self: Worker;

const serve = createThreadServer((response: ThreadResponse) => self.postMessage(response));

self.onmessage = ({ data }: MessageEvent<ThreadMessage>) => serve(data);
