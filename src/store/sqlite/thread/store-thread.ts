import type { AuditDraft } from "../../../domain/audit.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { ShareableText } from "../../../domain/shared-text.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { TextPlace } from "../text-places.ts";
import { ThreadConnection } from "./thread-connection.ts";
import type { ItemsMessage, ThreadSettings, WriteRequest, Written } from "./thread-protocol.ts";
import type { ItemOf, KindOfWrite, RestOf, ResultOf } from "./write-kinds.ts";

/** A thread with its own connection to the database, for work that would hold up the main thread. */
export interface StoreThread {
  /**
   * Sends items of the next write, in several calls so that none takes long. Only one write at a time may be sent.
   * @param first whether these are its first items
   */
  send<K extends KindOfWrite>(write: K, items: readonly ItemOf<K>[], first: boolean): void;
  /**
   * Does a write with the items that were sent, in a transaction of its own, and resolves when it is on the disk.
   * @param how time of the write, ms since the epoch, and the entry of the audit log that is stored with it
   * @throws {RatchetError} what the write throws; ENVIRONMENT if the thread was lost
   */
  write<K extends KindOfWrite>(write: K, rest: RestOf<K>, how: HowToWrite): Promise<Written<ResultOf<K>>>;
  /** Reads texts in order; null if the row is gone. @throws {RatchetError} ENVIRONMENT */
  read(places: readonly TextPlace[]): Promise<readonly (ShareableText | null)[]>;
  /** Waits for the requests in progress, and ends the thread. */
  close(): Promise<void>;
}

/** The time of a write, and what is stored with it. */
export interface HowToWrite {
  now: number;
  draft?: AuditDraft;
}

/** What a {@link StoreThread} needs. */
export interface StoreThreadOptions extends ThreadSettings {
  clock: Clock;
  /** A thread that is idle for this long is ended to release its memory, ms. @default 5000 */
  idleMs?: number;
  /** Starts a thread. @default Ratchet's own */
  spawn?: () => Worker;
}

/** Creates a store thread. It is started on demand, and again after it has ended or was lost. */
export function createStoreThread(options: StoreThreadOptions): StoreThread {
  const { clock, idleMs = 5_000, spawn = spawnThread, ...settings } = options;
  let current: ThreadConnection | undefined;
  /** Has the items of the next write. */
  let receiver: ThreadConnection | undefined;
  const all = new Set<ThreadConnection>();
  const connect = (): ThreadConnection => {
    if (current?.isUsable) return current;
    const thread = start();
    current = thread;
    all.add(thread);
    void thread.ended.then(() => all.delete(thread));
    return thread;
  };
  const start = (): ThreadConnection => {
    try {
      return new ThreadConnection({ worker: spawn(), settings, clock, idleMs });
    } catch (cause) {
      const message = "A thread for large values of the database could not be started.";
      throw new RatchetError("ENVIRONMENT", message, { cause, remedy: "Try again a little later." });
    }
  };
  return {
    send(write, items, first) {
      if (first) receiver = connect();
      receiver?.post({ kind: "items", write, first, items } as ItemsMessage);
    },
    async write<K extends KindOfWrite>(write: K, rest: RestOf<K>, how: HowToWrite) {
      const thread = receiver ?? connect();
      receiver = undefined;
      return (await thread.request({ kind: "write", write, rest, ...how } as WriteRequest)) as Written<ResultOf<K>>;
    },
    async read(places) {
      const response = await connect().request({ kind: "read", places });
      return response.kind === "texts" ? response.texts : [];
    },
    async close() {
      await Promise.all([...all].map((thread) => thread.close()));
    },
  };
}

/** Starts a thread. The path must be the one that build.ts uses for the entry point of the thread. */
function spawnThread(): Worker {
  return new Worker(new URL("./store-worker.ts", import.meta.url).href);
}
