import type { DurableResult } from "../../../domain/durable.ts";
import type { RowBatch } from "../checked-rows.ts";
import { type RowsFailure, sourceFailed, streamUnavailable } from "../stream-failures.ts";
import type { ItemSink } from "./item-sink.ts";

/** The stream of a call that other calls of the run read, in memory. */
export interface StepStream {
  /** Receives the items of one execution. A repeated one begins again with item 0: items that are there are not taken again. */
  sink(): ItemSink;
  /** It has ended, or was not even begun. */
  end(result: DurableResult): void;
  /** Calls back when nobody reads it any more. */
  onUnread(callback: () => void): void;
  open(): StreamReader;
}

/** One of those who read a stream. */
export interface StreamReader {
  /** The label of the call that writes it. */
  source: string;
  /**
   * Resolves to the next items: at least one, unless there are no more or what writes them has failed.
   * @param from the number of the first: the reader has done with those before
   */
  read(from: number): Promise<RowBatch | RowsFailure>;
  /** It will not begin again with the first item: what all have done with is dropped. */
  once(): void;
  /** The task reads no more, unless it begins again. */
  stop(): void;
  /** Nothing is read any more. */
  close(): void;
}

/** What one read takes at most: a quarter of the buffer, so that what writes goes on meanwhile. */
export const READ_LIMIT = { items: 250, bytes: 256 * 1024 } as const;

interface Reader {
  /** How many items it has done with. */
  taken: number;
  mayRepeat: boolean;
}

interface State {
  readonly source: string;
  /** How many will read it. */
  readonly expected: number;
  /** Those that do. One that reads no more is gone. */
  readonly readers: Set<Reader>;
  opened: number;
  /** The items that someone may still read, and the number of the first of them. */
  items: string[];
  first: number;
  result: DurableResult | undefined;
  /** Tells what writes how many items are taken. */
  received: ((next: number) => void) | undefined;
  news: (() => void)[];
  onUnread: (() => void)[];
}

/** Creates a stream. @param source the label of the call that writes it @param expected how many will read it */
export function createStepStream(source: string, expected: number): StepStream {
  const state: State = {
    ...{ source, expected, readers: new Set(), opened: 0, items: [], first: 0, result: undefined, received: undefined },
    ...{ news: [], onUnread: [] },
  };
  return {
    sink: () => (json, item, received) => {
      state.received = received;
      if (item === state.first + state.items.length && !isUnread(state)) {
        state.items.push(json);
        tell(state);
      }
      received(takenOf(state));
    },
    end(result) {
      state.result ??= result;
      tell(state);
    },
    onUnread(callback) {
      if (isUnread(state)) callback();
      else state.onUnread.push(callback);
    },
    open() {
      const reader: Reader = { taken: 0, mayRepeat: true };
      state.readers.add(reader);
      state.opened += 1;
      return {
        source,
        read: (from) => read(state, reader, from),
        once() {
          reader.mayRepeat = false;
        },
        stop() {
          if (!reader.mayRepeat) leave(state, reader);
        },
        close: () => leave(state, reader),
      };
    },
  };
}

const isUnread = ({ opened, expected, readers }: State): boolean => opened >= expected && readers.size === 0;

/** How many items everybody has done with. */
function takenOf(state: State): number {
  if (isUnread(state)) return Number.MAX_SAFE_INTEGER;
  if (state.opened < state.expected) return 0;
  return Math.min(...[...state.readers].map(({ taken }) => taken));
}

async function read(state: State, reader: Reader, from: number): Promise<RowBatch | RowsFailure> {
  if (from < state.first) return { error: streamUnavailable(state.source, "its items are not there any more") };
  reader.taken = Math.max(reader.taken, from);
  release(state);
  for (;;) {
    const rows = next(state, from);
    if (rows.length > 0) return { rows, end: false };
    if (state.result !== undefined) break;
    await new Promise<void>((resolve) => state.news.push(resolve));
  }
  if (!state.result.ok) return { error: sourceFailed(state.source, state.result.error) };
  return { rows: [], end: true };
}

function next({ items, first }: State, from: number): string[] {
  let bytes = 0;
  const rows = items.slice(from - first, from - first + READ_LIMIT.items);
  const most = rows.findIndex((json) => {
    bytes += Buffer.byteLength(json);
    return bytes > READ_LIMIT.bytes;
  });
  return most === -1 ? rows : rows.slice(0, Math.max(1, most));
}

function leave(state: State, reader: Reader): void {
  if (!state.readers.delete(reader)) return;
  release(state);
  if (!isUnread(state)) return;
  state.items = [];
  for (const callback of state.onUnread) callback();
}

/** Drops what everybody has done with. */
function release(state: State): void {
  const taken = takenOf(state);
  const end = state.first + state.items.length;
  const kept = [...state.readers].some(({ mayRepeat }) => mayRepeat) ? 0 : Math.min(taken, end);
  if (kept > state.first) {
    state.items = state.items.slice(kept - state.first);
    state.first = kept;
  }
  state.received?.(taken);
}

function tell(state: State): void {
  const waiting = state.news;
  state.news = [];
  for (const resolve of waiting) resolve();
}
