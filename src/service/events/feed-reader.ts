import type { RatchetEvent } from "../../domain/events.ts";

/** What a feed delivers: ids rise in the order in which items are stored. */
export interface Numbered {
  readonly id: number;
}

/** What a reader delivers. `lastId` is the id up to which nothing is outstanding. */
export type FeedItem<T = RatchetEvent> =
  /** Events that match, in order. */
  | { kind: "events"; events: readonly T[]; lastId: number }
  /** Nothing happened for a while: the connection is alive. */
  | { kind: "quiet"; lastId: number }
  /** Some of the requested events are no longer kept: the reader has missed them. */
  | { kind: "gap"; lastId: number };

/** A listener's position among the events. It pulls: a slow one lags, and nothing is kept in memory for it. */
export interface FeedReader<T = RatchetEvent> {
  /** Resolves when there is something new; undefined after {@link close}. Call it again only after it has resolved. */
  next(): Promise<FeedItem<T> | undefined>;
  close(): void;
}

/** A reader as the feed sees it. */
export interface WakingReader<T> extends FeedReader<T> {
  /** Makes it look for events. @param quiet also makes it report that nothing has happened */
  wake(quiet: boolean): void;
  /** Sets where it begins. @param hasGap whether it has missed events before that */
  startAt(position: number, hasGap: boolean): void;
}

/** What a reader reads from. */
export interface ReaderOptions<T> {
  matches: (event: T) => boolean;
  /** Returns a page of the events after an id, matching or not. */
  after: (id: number) => Promise<readonly T[]>;
  /** Returns the id of the latest event. */
  lastId: () => number;
  onClose: (reader: WakingReader<T>) => void;
}

/** Everything that changes while a reader is open. */
interface ReaderState<T> {
  readonly options: ReaderOptions<T>;
  /** Id of the latest event that it has seen. */
  position: number;
  /** It has to report a gap. */
  hasGap: boolean;
  /** It has to report that nothing has happened. */
  isQuiet: boolean;
  ended: boolean;
  /** Ends the wait in `next`. */
  notify: (() => void) | undefined;
}

export function createFeedReader<T extends Numbered>(options: ReaderOptions<T>): WakingReader<T> {
  const state: ReaderState<T> = {
    options,
    position: 0,
    hasGap: false,
    isQuiet: false,
    ended: false,
    notify: undefined,
  };
  const reader: WakingReader<T> = {
    next: () => next(state),
    startAt(position, hasGap) {
      state.position = position;
      state.hasGap = hasGap;
    },
    wake(quiet) {
      if (quiet) state.isQuiet = true;
      state.notify?.();
    },
    close() {
      if (state.ended) return;
      state.ended = true;
      options.onClose(reader);
      state.notify?.();
    },
  };
  return reader;
}

async function next<T extends Numbered>(state: ReaderState<T>): Promise<FeedItem<T> | undefined> {
  const { after, lastId, matches } = state.options;
  while (!state.ended) {
    if (state.hasGap) {
      state.hasGap = false;
      return { kind: "gap", lastId: state.position };
    }
    const found = await after(state.position);
    const position = found.at(-1)?.id ?? state.position;
    // A reader that lags reads page after page, so it gives others a turn in between.
    if (position < lastId()) await new Promise(setImmediate);
    state.position = position;
    const events = found.filter(matches);
    if (events.length > 0) return { kind: "events", events, lastId: position };
    if (found.length > 0) continue;
    if (state.isQuiet) {
      state.isQuiet = false;
      return { kind: "quiet", lastId: position };
    }
    await news(state);
  }
  return undefined;
}

/** Resolves when the reader should look again. */
async function news<T>(state: ReaderState<T>): Promise<void> {
  await new Promise<void>((resolve) => {
    state.notify = resolve;
    if (state.ended || state.options.lastId() > state.position) resolve();
  });
  state.notify = undefined;
}
