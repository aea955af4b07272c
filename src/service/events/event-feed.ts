import { RatchetError } from "../../domain/errors.ts";
import type { RatchetEvent } from "../../domain/events.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { EventStore } from "../../store/contract/events.ts";
import { createFeedReader, type FeedReader, type Numbered, type WakingReader } from "./feed-reader.ts";
import { createRecentEvents, firstPage, PAGE_EVENTS, type RecentEvents } from "./recent-events.ts";

/** Which events a reader wants. */
export interface FeedRequest<T = RatchetEvent> {
  matches: (event: T) => boolean;
  /** Only events after this id. @default the id of the latest event */
  after?: number;
}

/** All events of a kind, for any number of readers. */
export interface Feed<T> {
  /** @throws {RatchetError} TOO_MANY_LISTENERS if there are too many readers */
  read(request: FeedRequest<T>): Promise<FeedReader<T>>;
  /** Returns the number of readers. */
  readers(): number;
  /** Returns how many events are kept for readers, and the size of their data in characters of JSON. */
  kept(): { count: number; bytes: number };
  /** Ends all readers. */
  close(): void;
}

/** What happens to jobs, tasks and schedules. */
export type EventFeed = Feed<RatchetEvent>;

/** Where events are stored. */
export interface FeedSource<T> {
  /** Calls the listener with new events, in order. @returns a function that ends the subscription */
  subscribe(listener: (events: readonly T[]) => void): () => void;
  /** Stored events after `id`, oldest first. */
  since(id: number, limit: number): Promise<readonly T[]>;
  /** First and last id that are kept; both are 0 if there are no events. */
  bounds(): Promise<{ first: number; last: number }>;
}

/** Settings and dependencies of a feed. */
export interface FeedOptions<T> {
  source: FeedSource<T>;
  /** Returns the approximate size of an event's data, characters. */
  sizeOf: (event: T) => number;
  clock: Clock;
  /** Readers report that nothing has happened at this interval, ms. */
  heartbeatMs: number;
  maxReaders: number;
}

/** With more readers than this, all of them are woken together at an interval instead of after each commit. */
const MANY_READERS = 200;
const MANY_READERS_MS = 50;

/** Everything that changes while a feed is in use. */
interface FeedState<T> {
  readonly options: FeedOptions<T>;
  readonly readers: Set<WakingReader<T>>;
  readonly recent: RecentEvents<T>;
  /** Resolves when the feed listens to the store; undefined without readers. */
  opening: Promise<void> | undefined;
  unsubscribe: (() => void) | undefined;
  heartbeat: Timer | undefined;
  /** Wakes many readers together. */
  wakeTimer: Timer | undefined;
  closed: boolean;
}

/** Creates the feed of events. */
export function createEventFeed({
  events,
  ...options
}: Omit<FeedOptions<RatchetEvent>, "source" | "sizeOf"> & { events: EventStore }): EventFeed {
  const sizeOf = ({ data }: RatchetEvent) => (data === null ? 0 : JSON.stringify(data).length);
  return createFeed({ ...options, source: events, sizeOf });
}

export function createFeed<T extends Numbered>(options: FeedOptions<T>): Feed<T> {
  const feed: FeedState<T> = {
    options,
    readers: new Set(),
    recent: createRecentEvents(options.sizeOf),
    opening: undefined,
    unsubscribe: undefined,
    heartbeat: undefined,
    wakeTimer: undefined,
    closed: false,
  };
  return {
    readers: () => feed.readers.size,
    kept: () => feed.recent.kept(),
    read: (request) => read(feed, request),
    close() {
      feed.closed = true;
      for (const reader of [...feed.readers]) reader.close();
    },
  };
}

async function read<T extends Numbered>(feed: FeedState<T>, request: FeedRequest<T>): Promise<FeedReader<T>> {
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
async function open<T>(feed: FeedState<T>): Promise<void> {
  const { source } = feed.options;
  const early: T[] = [];
  let onEvents = (events: readonly T[]): void => void early.push(...events);
  feed.unsubscribe = source.subscribe((events) => onEvents(events));
  const { last } = await source.bounds();
  feed.recent.restart(last);
  onEvents = (events) => receive(feed, events);
  if (early.length > 0) onEvents(early);
  scheduleHeartbeat(feed);
}

function receive<T>(feed: FeedState<T>, events: readonly T[]): void {
  feed.recent.add(events);
  if (feed.readers.size <= MANY_READERS) return wakeAll(feed, false);
  feed.wakeTimer ??= feed.options.clock.after(MANY_READERS_MS, () => {
    feed.wakeTimer = undefined;
    wakeAll(feed, false);
  });
}

function scheduleHeartbeat<T>(feed: FeedState<T>): void {
  feed.heartbeat = feed.options.clock.after(feed.options.heartbeatMs, () => {
    wakeAll(feed, true);
    scheduleHeartbeat(feed);
  });
}

function wakeAll<T>({ readers }: FeedState<T>, quiet: boolean): void {
  for (const reader of readers) reader.wake(quiet);
}

/** Finds out where a reader begins, and whether it has missed events. */
async function setStart<T>(feed: FeedState<T>, reader: WakingReader<T>, requested: number | undefined): Promise<void> {
  const { first, last } = await feed.options.source.bounds();
  const now = Math.max(last, feed.recent.lastId());
  const after = requested ?? now;
  const hasGap = after > now || after < first - 1 || (after < now && last === 0);
  if (after > now) reader.startAt(now, hasGap);
  else reader.startAt(hasGap ? Math.max(first - 1, 0) : after, hasGap);
}

/** Returns the next events after an id, matching or not. */
async function eventsAfter<T>({ recent, options }: FeedState<T>, id: number): Promise<readonly T[]> {
  return recent.after(id) ?? firstPage(await options.source.since(id, PAGE_EVENTS), options.sizeOf);
}

function leave<T>(feed: FeedState<T>, reader: WakingReader<T>): void {
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
