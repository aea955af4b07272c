import { RatchetError } from "../../domain/errors.ts";
import type { RatchetEvent } from "../../domain/events.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { EventStore } from "../../store/contract/events.ts";
import { createFeedReader, type FeedReader, type WakingReader } from "./feed-reader.ts";
import { createRecentEvents, firstPage, PAGE_EVENTS, type RecentEvents } from "./recent-events.ts";

/** Which events a reader wants. */
export interface FeedRequest {
  matches: (event: RatchetEvent) => boolean;
  /** Only events after this id. @default the id of the latest event */
  after?: number;
}

/** All events, for any number of readers. */
export interface EventFeed {
  /** @throws {RatchetError} TOO_MANY_LISTENERS if there are too many readers */
  read(request: FeedRequest): Promise<FeedReader>;
  /** Returns the number of readers. */
  readers(): number;
  /** Ends all readers. */
  close(): void;
}

/** Settings and dependencies of a feed. */
export interface EventFeedOptions {
  events: EventStore;
  clock: Clock;
  /** Readers report that nothing has happened at this interval, ms. */
  heartbeatMs: number;
  maxReaders: number;
}

/** With more readers than this, all of them are woken together at an interval instead of after each commit. */
const MANY_READERS = 200;
const MANY_READERS_MS = 50;

/** Everything that changes while a feed is in use. */
interface FeedState {
  readonly options: EventFeedOptions;
  readonly readers: Set<WakingReader>;
  readonly recent: RecentEvents;
  /** Resolves when the feed listens to the store; undefined without readers. */
  opening: Promise<void> | undefined;
  unsubscribe: (() => void) | undefined;
  heartbeat: Timer | undefined;
  /** Wakes many readers together. */
  wakeTimer: Timer | undefined;
  closed: boolean;
}

export function createEventFeed(options: EventFeedOptions): EventFeed {
  const feed: FeedState = {
    options,
    readers: new Set(),
    recent: createRecentEvents(),
    opening: undefined,
    unsubscribe: undefined,
    heartbeat: undefined,
    wakeTimer: undefined,
    closed: false,
  };
  return {
    readers: () => feed.readers.size,
    read: (request) => read(feed, request),
    close() {
      feed.closed = true;
      for (const reader of [...feed.readers]) reader.close();
    },
  };
}

async function read(feed: FeedState, request: FeedRequest): Promise<FeedReader> {
  const { maxReaders } = feed.options;
  if (feed.closed || feed.readers.size >= maxReaders) {
    const why = feed.closed ? "The server is stopping." : `There are ${maxReaders} listeners already.`;
    throw new RatchetError("TOO_MANY_LISTENERS", why, { remedy: "Try again later." });
  }
  const reader = createFeedReader({
    matches: request.matches,
    after: (id) => eventsAfter(feed, id),
    lastId: feed.recent.lastId,
    onClose: (closed) => leave(feed, closed),
  });
  feed.readers.add(reader);
  try {
    feed.opening ??= open(feed);
    await feed.opening;
    await setStart(feed, reader, request.after);
  } catch (error) {
    reader.close();
    throw error;
  }
  return reader;
}

/** Listens from the first reader to the last: without readers, events cost nothing here. */
async function open(feed: FeedState): Promise<void> {
  const { events: store } = feed.options;
  const early: RatchetEvent[] = [];
  let onEvents = (events: readonly RatchetEvent[]): void => void early.push(...events);
  feed.unsubscribe = store.subscribe((events) => onEvents(events));
  const { last } = await store.bounds();
  feed.recent.restart(last);
  onEvents = (events) => receive(feed, events);
  if (early.length > 0) onEvents(early);
  scheduleHeartbeat(feed);
}

function receive(feed: FeedState, events: readonly RatchetEvent[]): void {
  feed.recent.add(events);
  if (feed.readers.size <= MANY_READERS) return wakeAll(feed, false);
  feed.wakeTimer ??= feed.options.clock.after(MANY_READERS_MS, () => {
    feed.wakeTimer = undefined;
    wakeAll(feed, false);
  });
}

function scheduleHeartbeat(feed: FeedState): void {
  feed.heartbeat = feed.options.clock.after(feed.options.heartbeatMs, () => {
    wakeAll(feed, true);
    scheduleHeartbeat(feed);
  });
}

function wakeAll({ readers }: FeedState, quiet: boolean): void {
  for (const reader of readers) reader.wake(quiet);
}

/** Finds out where a reader begins, and whether it has missed events. */
async function setStart(feed: FeedState, reader: WakingReader, requested: number | undefined): Promise<void> {
  const { first, last } = await feed.options.events.bounds();
  const now = Math.max(last, feed.recent.lastId());
  const after = requested ?? now;
  const hasGap = after > now || after < first - 1 || (after < now && last === 0);
  if (after > now) reader.startAt(now, hasGap);
  else reader.startAt(hasGap ? Math.max(first - 1, 0) : after, hasGap);
}

/** Returns the next events after an id, matching or not. */
async function eventsAfter({ recent, options }: FeedState, id: number): Promise<readonly RatchetEvent[]> {
  return recent.after(id) ?? firstPage(await options.events.since(id, PAGE_EVENTS));
}

function leave(feed: FeedState, reader: WakingReader): void {
  feed.readers.delete(reader);
  if (feed.readers.size > 0) return;
  feed.unsubscribe?.();
  feed.heartbeat?.cancel();
  feed.wakeTimer?.cancel();
  feed.unsubscribe = undefined;
  feed.opening = undefined;
  feed.wakeTimer = undefined;
  feed.recent.restart(feed.recent.lastId());
}
