import type { AuditEntry } from "../../domain/audit.ts";
import type { RatchetEvent } from "../../domain/events.ts";
import { defined } from "../../lib/defined.ts";
import type { Recording } from "./audit-recording.ts";
import type { Sql } from "./connection.ts";
import { readEvents } from "./event-rows.ts";
import type { StoreThread } from "./thread/store-thread.ts";
import type { EventRange, Written } from "./thread/thread-protocol.ts";
import { TRANSPORT } from "./thread/write-items.ts";
import { type ItemOf, type KindOfWrite, PERFORM, type RestOf, type ResultOf, UNLIMITED } from "./thread/write-kinds.ts";
import { TooHeavy } from "./too-heavy.ts";
import type { WriteSettings } from "./write-settings.ts";
import type { Writer } from "./writer.ts";

/** Writes with many or large values. Those that would take long here are done by the store thread. */
export interface StoreWrites {
  /** Whether a write of this weight takes long: see `write-weight.ts`. */
  isHeavy(weight: number): boolean;
  /** Writes, on whichever thread. */
  run<K extends KindOfWrite>(
    write: K,
    items: readonly ItemOf<K>[],
    rest: RestOf<K>,
    weight: number,
  ): Promise<ResultOf<K>>;
  /** Writes on the store thread. @returns also the time of the write, ms since the epoch */
  runHeavy<K extends KindOfWrite>(
    write: K,
    items: readonly ItemOf<K>[],
    rest: RestOf<K>,
  ): Promise<{ result: ResultOf<K>; now: number }>;
}

/** What {@link createStoreWrites} needs. */
export interface StoreWritesOptions {
  sql: Sql;
  writer: Writer;
  /** undefined if the database can't have a second connection: then everything is written here. */
  thread: StoreThread | undefined;
  now: () => number;
  /** Weight from which a write is heavy. */
  heavyWeight: number;
  missingWaitMs: number;
  publish: (events: readonly RatchetEvent[]) => void;
  /** Called after each commit with the time that it took to reach the disk, ms. */
  onCommit?: ((durationMs: number) => void) | undefined;
  /** As in `WriterOptions`. */
  takeRecording: () => Recording | undefined;
  onAudited: (entries: readonly AuditEntry[]) => void;
  onLogged: () => void;
}

/** Items of this weight are sent to the thread in one turn of the event loop. */
const SENT_WEIGHT = 512 * 1024;

/** The weight of a job that is cancelled or requeued: about 45 µs. */
const CHANGED_WEIGHT = 4096;

/** Events of a heavy write that are published in one turn of the event loop. */
const PUBLISHED_EVENTS = 250;

export function createStoreWrites(options: StoreWritesOptions): StoreWrites {
  const { writer, thread, heavyWeight, missingWaitMs } = options;
  const mostChangedJobs = Math.floor(heavyWeight / CHANGED_WEIGHT);
  const mostBytes = heavyWeight - 1;
  const limits =
    thread === undefined ? UNLIMITED : { mostDeletedBytes: mostBytes, mostCopiedBytes: mostBytes, mostChangedJobs };
  const settings: WriteSettings = { missingWaitMs, ...limits };
  const isHeavy = (weight: number) => thread !== undefined && weight >= heavyWeight;
  const runHeavy: StoreWrites["runHeavy"] = async (write, items, rest) => {
    const recording = options.takeRecording();
    try {
      // In the queue of the writer, so that the order of writes and of their events is kept, and no lock is waited for.
      const done = await writer.hold(() => writeOnThread(options, { write, items, rest, recording }));
      if (recording !== undefined) recording.state = "stored";
      return done;
    } catch (error) {
      if (recording !== undefined) recording.state = "waiting";
      throw error;
    }
  };
  return {
    isHeavy,
    runHeavy,
    async run(write, items, rest, weight) {
      if (isHeavy(weight)) return (await runHeavy(write, items, rest)).result;
      try {
        return await writer.write((tx) => PERFORM[write](tx, items, rest, settings), weight);
      } catch (error) {
        if (!(error instanceof TooHeavy)) throw error;
        return (await runHeavy(write, items, rest)).result;
      }
    },
  };
}

interface HeavyWrite<K extends KindOfWrite> {
  write: K;
  items: readonly ItemOf<K>[];
  rest: RestOf<K>;
  recording: Recording | undefined;
}

async function writeOnThread<K extends KindOfWrite>(
  options: StoreWritesOptions,
  { write, items, rest, recording }: HeavyWrite<K>,
): Promise<{ result: ResultOf<K>; now: number }> {
  const { thread } = options;
  if (thread === undefined) throw new Error("there is no store thread");
  await sendItems(thread, write, items);
  const now = options.now();
  const how = { now, ...defined({ draft: recording?.draft }) };
  const { result, events, audited, hasNewLines, commitMs }: Written<ResultOf<K>> = await thread.write(write, rest, how);
  options.onCommit?.(commitMs);
  if (audited.length > 0) options.onAudited(audited);
  if (events !== undefined) await publishStored(options, events);
  if (hasNewLines) options.onLogged();
  return { result, now };
}

/** Sends a part of the items in each turn of the event loop. */
async function sendItems<K extends KindOfWrite>(
  thread: StoreThread,
  write: K,
  items: readonly ItemOf<K>[],
): Promise<void> {
  const { weight, pack } = TRANSPORT[write];
  let sent: ItemOf<K>[] = [];
  let sentWeight = 0;
  let first = true;
  for (const item of items) {
    if (sentWeight > 0 && sentWeight + weight(item) > SENT_WEIGHT) {
      thread.send(write, sent, first);
      sent = [];
      sentWeight = 0;
      first = false;
      await nextTurn();
    }
    sent.push(pack(item));
    sentWeight += weight(item);
  }
  thread.send(write, sent, first);
}

/** Publishes the events of a transaction of the thread, a part of them in each turn of the event loop. */
async function publishStored({ sql, publish }: StoreWritesOptions, { first, last }: EventRange): Promise<void> {
  for (let after = first - 1; after < last; ) {
    const events = readEvents(sql, after, Math.min(PUBLISHED_EVENTS, last - after));
    const latest = events.at(-1);
    // They may already be gone, if another process deletes events.
    if (latest === undefined) return;
    publish(events);
    after = latest.id;
    if (after < last) await nextTurn();
  }
}

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
