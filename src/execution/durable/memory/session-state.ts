import type { DurableEvent, DurableRequest, RecordedOperation } from "../../../domain/durable.ts";
import { createRunSize, type RunSize } from "../run-size.ts";
import { createRowReading, type RowReading } from "./row-reading.ts";
import type { CalledStreams, KeyedChildren, OpenOperation, RunSurroundings } from "./run-surroundings.ts";

/** State of a run. */
export interface Session {
  readonly around: RunSurroundings;
  readonly open: Map<number, OpenOperation & { request: DurableRequest; attempts?: number }>;
  /** Steps whose functions run again, as soon as the guest can be told. */
  readonly again: Set<number>;
  /** What is being done now. */
  readonly work: Set<Promise<unknown>>;
  /** What a guest may have fallen asleep without having received. */
  readonly settled: Map<number, RecordedOperation>;
  readonly keys: KeyedChildren;
  readonly streams: CalledStreams;
  readonly size: RunSize;
  order: number;
  /** Which of the results the guest has begun with. */
  known: number;
  /** Called when there is something to wake up for. */
  onNews: (() => void) | undefined;
  send: ((event: DurableEvent) => void) | undefined;
  renewal: string | undefined;
  items: number;
  /** How many items of the stream are taken by those who read it. */
  taken: number;
  /** A sleeping guest waits until more are taken than these. */
  waitsForRoom: number | undefined;
  readonly rows: RowReading;
  isUnread: boolean;
  hasStream: boolean;
  isCancelled: boolean;
  hasEnded: boolean;
}

/** Creates the state of a run that begins. */
export function newSession(around: RunSurroundings): Session {
  const session: Session = {
    around,
    open: new Map(),
    again: new Set(),
    work: new Set(),
    settled: new Map(),
    keys: new Map(),
    streams: new Map(),
    size: createRunSize(around.warn),
    order: 0,
    known: 0,
    onNews: undefined,
    send: undefined,
    renewal: undefined,
    ...{ items: 0, taken: 0, waitsForRoom: undefined },
    rows: createRowReading({
      readRows: around.readRows,
      send: () => session.send,
      onNews: () => session.onNews?.(),
    }),
    isUnread: false,
    hasStream: false,
    isCancelled: false,
    hasEnded: false,
  };
  return session;
}
