import { RatchetError } from "../../domain/errors.ts";
import type { RatchetEvent } from "../../domain/events.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { EventStore } from "../../store/contract/events.ts";

/** What a reader gets. `lastId` is the id up to which nothing is outstanding. */
export type FeedItem =
  /** Events that match, in order. */
  | { kind: "events"; events: readonly RatchetEvent[]; lastId: number }
  /** Nothing happened for a while: the connection is alive. */
  | { kind: "quiet"; lastId: number }
  /** What the reader asked for is no longer kept: it has missed something. */
  | { kind: "gap"; lastId: number };

/** One listener's place in the events. It pulls: a slow one lags behind, and nothing is kept for it in memory. */
export interface FeedReader {
  /** Resolves when there is something; undefined after {@link close}. One call at a time. */
  next(): Promise<FeedItem | undefined>;
  close(): void;
}

/** Who wants which events, and from where on. */
export interface FeedRequest {
  matches: (event: RatchetEvent) => boolean;
  /** Events after this id. @default those to come */
  after?: number;
}

/** All events, for any number of readers. */
export interface EventFeed {
  /** @throws {RatchetError} TOO_MANY_LISTENERS when there are too many readers */
  read(request: FeedRequest): Promise<FeedReader>;
  readers(): number;
  /** Ends all readers. */
  close(): void;
}

/** What a feed needs. */
export interface EventFeedOptions {
  events: EventStore;
  clock: Clock;
  heartbeatMs: number;
  maxReaders: number;
}

/** Latest events that are kept in memory, so that readers who keep up don't each ask the store. */
const RECENT = 4_096;
/** Facts that come with those, characters of JSON: progress may have many. */
const RECENT_SIZE = 4 * 1024 * 1024;
/** Events a reader that lags gets at once. */
const PAGE = 200;
/** Facts it gets at once, characters of JSON; an event is never cut. */
const PAGE_SIZE = 256 * 1024;
/** With more readers than this, news is told to all of them together every so often and not at each commit. */
const MANY_READERS = 200;
const MANY_READERS_MS = 50;

export function createEventFeed(options: EventFeedOptions): EventFeed {
  const { events: store, clock, heartbeatMs, maxReaders } = options;
  const readers = new Set<{ wake(quiet: boolean): void; close(): void }>();
  /** Rising ids; everything after `recentFrom` that was committed is in here. */
  let recent: RatchetEvent[] = [];
  let recentFrom = 0;
  let recentSize = 0;
  let unsubscribe: (() => void) | undefined;
  let opening: Promise<void> | undefined;
  let beat: Timer | undefined;
  let soon: Timer | undefined;
  let closed = false;

  const lastId = (): number => recent.at(-1)?.id ?? recentFrom;

  function wakeAll(quiet: boolean): void {
    for (const reader of readers) reader.wake(quiet);
  }

  function onEvents(news: readonly RatchetEvent[]): void {
    const from = lastId();
    for (const event of news) {
      if (event.id <= from) continue;
      recent.push(event);
      recentSize += sizeOf(event);
    }
    if (recent.length > 2 * RECENT || recentSize > 2 * RECENT_SIZE) forget();
    if (readers.size <= MANY_READERS) return wakeAll(false);
    soon ??= clock.after(MANY_READERS_MS, () => {
      soon = undefined;
      wakeAll(false);
    });
  }

  /** Readers that have not come so far read on from the store. */
  function forget(): void {
    let count = 0;
    while (count < recent.length && (recent.length - count > RECENT || recentSize > RECENT_SIZE)) {
      recentSize -= sizeOf(recent[count]);
      count += 1;
    }
    recentFrom = recent[count - 1]?.id ?? recentFrom;
    recent.splice(0, count);
  }

  function scheduleBeat(): void {
    beat = clock.after(heartbeatMs, () => {
      wakeAll(true);
      scheduleBeat();
    });
  }

  /** Listens from the first reader to the last: without any, events cost nothing here. */
  async function open(): Promise<void> {
    const early: RatchetEvent[] = [];
    let live = (news: readonly RatchetEvent[]): void => void early.push(...news);
    unsubscribe = store.subscribe((news) => live(news));
    const { last } = await store.bounds();
    recent = [];
    recentSize = 0;
    recentFrom = last;
    live = onEvents;
    if (early.length > 0) onEvents(early);
    scheduleBeat();
  }

  function leave(reader: { wake(quiet: boolean): void; close(): void }): void {
    readers.delete(reader);
    if (readers.size > 0) return;
    unsubscribe?.();
    beat?.cancel();
    soon?.cancel();
    unsubscribe = undefined;
    opening = undefined;
    soon = undefined;
    recent = [];
  }

  /** The next events after an id, matching or not. */
  async function after(id: number): Promise<readonly RatchetEvent[]> {
    if (id < recentFrom) return beginningOf(await store.since(id, PAGE));
    if (lastId() <= id) return [];
    // Readers who keep up want the end of the list.
    let from = recent.length;
    while (from > 0 && (recent[from - 1]?.id ?? 0) > id) from--;
    return beginningOf(recent.slice(from, from + PAGE));
  }

  return {
    readers: () => readers.size,
    close() {
      closed = true;
      for (const reader of [...readers]) reader.close();
    },
    async read({ matches, after: askedFor }) {
      if (closed || readers.size >= maxReaders) {
        const why = closed ? "The server is stopping." : `There are ${maxReaders} listeners already.`;
        throw new RatchetError("TOO_MANY_LISTENERS", why, { remedy: "Try again later." });
      }
      let ended = false;
      let beats = false;
      let notify: (() => void) | undefined;
      const self = {
        wake(quiet: boolean) {
          if (quiet) beats = true;
          notify?.();
        },
        close() {
          if (ended) return;
          ended = true;
          leave(self);
          notify?.();
        },
      };
      readers.add(self);
      let position = 0;
      let gap = false;
      try {
        opening ??= open();
        await opening;
        const { first, last } = await store.bounds();
        const now = Math.max(last, lastId());
        position = askedFor ?? now;
        gap = position > now || position < first - 1 || (position < now && last === 0);
        if (position > now) position = now;
        else if (gap) position = Math.max(first - 1, 0);
      } catch (error) {
        self.close();
        throw error;
      }

      async function next(): Promise<FeedItem | undefined> {
        while (!ended) {
          if (gap) {
            gap = false;
            return { kind: "gap", lastId: position };
          }
          const found = await after(position);
          // One that lags reads on and on: others have their turn between.
          if ((found.at(-1)?.id ?? position) < lastId()) await new Promise(setImmediate);
          position = found.at(-1)?.id ?? position;
          const events = found.filter(matches);
          if (events.length > 0) return { kind: "events", events, lastId: position };
          if (found.length > 0) continue;
          if (beats) {
            beats = false;
            return { kind: "quiet", lastId: position };
          }
          await new Promise<void>((resolve) => {
            notify = resolve;
            if (ended || lastId() > position) resolve();
          });
          notify = undefined;
        }
        return undefined;
      }
      return { next, close: self.close };
    },
  };
}

/** Characters of an event's facts as JSON, about. */
function sizeOf(event: RatchetEvent | undefined): number {
  return event === undefined || event.data === null ? 0 : JSON.stringify(event.data).length;
}

/** As many of the first events as are sent at once. */
function beginningOf(events: readonly RatchetEvent[]): readonly RatchetEvent[] {
  let size = 0;
  const end = events.findIndex((event) => {
    size += sizeOf(event);
    return size > PAGE_SIZE;
  });
  return end === -1 ? events : events.slice(0, end + 1);
}
