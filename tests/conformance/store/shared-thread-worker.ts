import type { ThreadMessage, ThreadResponse } from "../../../src/store/sqlite/thread/thread-protocol.ts";
import { createThreadServer } from "../../../src/store/sqlite/thread/thread-server.ts";

/** A message to or from one of the store threads that share a thread. */
interface Addressed<T> {
  /** Number of the store thread. */
  to: number;
  message: T;
}

/** A message to a store thread; `undefined` ends it. */
type ToServer = Addressed<ThreadMessage | undefined>;

declare const self: Worker;

// One server for each store that is open, as if each had a thread of its own.
const servers = new Map<number, (message: ThreadMessage) => void>();

self.onmessage = ({ data: { to, message } }: MessageEvent<ToServer>) => {
  if (message === undefined) return void servers.delete(to);
  let serve = servers.get(to);
  if (serve === undefined) {
    serve = createThreadServer((response: ThreadResponse) => self.postMessage({ to, message: response }));
    servers.set(to, serve);
  }
  serve(message);
};
