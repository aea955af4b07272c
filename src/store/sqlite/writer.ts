import { RatchetError } from "../../domain/errors.ts";
import type { NewEvent, RatchetEvent } from "../../domain/events.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Connection, Sql } from "./connection.ts";
import { CounterDeltas } from "./counter-deltas.ts";
import { insertEvents } from "./event-rows.ts";
import { fromSqlite, isBusy } from "./sqlite-failure.ts";

/** The transaction, as one piece of work sees it. */
export interface Tx {
  readonly sql: Sql;
  /** Wall clock, ms: the same for the whole piece of work. */
  readonly now: number;
  readonly counters: CounterDeltas;
  /** Stores the event with this work, and publishes it when both are on the disk. */
  emit(event: NewEvent): void;
}

/** The only way to write. */
export interface Writer {
  /**
   * Runs `work` in a transaction and resolves when it is on the disk. Work that arrives in the same turn of the event
   * loop shares one transaction and one sync of the disk. When `work` throws, only its own changes are undone and its
   * promise is rejected.
   */
  write<T>(work: (tx: Tx) => T): Promise<T>;
  /** Resolves when everything handed in so far is on the disk or has failed. */
  flush(): Promise<void>;
  /** Rejects further work, and resolves when what was handed in is done. */
  close(): Promise<void>;
}

/** What a {@link Writer} needs. */
export interface WriterOptions {
  connection: Connection;
  clock: Clock;
  /** Receives the events of each commit. */
  publish: (events: readonly RatchetEvent[]) => void;
  /** Called before each transaction; throws when nothing may be written. */
  admit?: () => void;
  /** How long to retry while another process holds the database, ms. @default 30000 */
  busyLimitMs?: number;
  /** Called after each commit with the time that it took to reach the disk, ms. */
  onCommit?: (durationMs: number) => void;
}

/** Pause between two tries for a database that another process holds, ms. */
const BUSY_PAUSE_MS = 10;

/** Groups the durable writes of many callers into one commit (group commit). */
export function createWriter(options: WriterOptions): Writer {
  const state: WriterState = {
    ...options,
    busyLimitMs: options.busyLimitMs ?? 30_000,
    queue: [],
    isScheduled: false,
    isClosed: false,
    busySince: undefined,
    idle: [],
  };
  return {
    write: (work) => enqueue(state, work),
    flush: () => flush(state),
    async close() {
      state.isClosed = true;
      await flush(state);
    },
  };
}

interface WriterState extends WriterOptions {
  busyLimitMs: number;
  /** Work for the next transaction. */
  queue: Pending[];
  /** Whether a turn or a timer will write the queue. */
  isScheduled: boolean;
  isClosed: boolean;
  /** Since when another process has held the database, by the monotonic clock. */
  busySince: number | undefined;
  /** Called when the queue is empty. */
  idle: (() => void)[];
}

/** Work that waits for its transaction. */
interface Pending {
  run(sql: Sql, now: number): { emitted: NewEvent[]; counters: CounterDeltas };
  done(): void;
  fail(error: unknown): void;
}

function enqueue<T>(state: WriterState, work: (tx: Tx) => T): Promise<T> {
  if (state.isClosed) return Promise.reject(new RatchetError("ENVIRONMENT", "The database is closed."));
  return new Promise<T>((resolve, reject) => {
    let result: { value: T } | undefined;
    state.queue.push({
      run(sql, now) {
        const emitted: NewEvent[] = [];
        const counters = new CounterDeltas();
        result = { value: work({ sql, now, counters, emit: (event) => void emitted.push(event) }) };
        return { emitted, counters };
      },
      done() {
        if (result !== undefined) resolve(result.value);
      },
      fail: reject,
    });
    if (state.isScheduled) return;
    state.isScheduled = true;
    // After the I/O of this turn: all requests that were read together are committed together.
    setImmediate(writeQueue, state);
  });
}

function flush({ queue, idle }: WriterState): Promise<void> {
  if (queue.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    idle.push(resolve);
  });
}

function writeQueue(state: WriterState): void {
  state.isScheduled = false;
  if (state.queue.length > 0 && begin(state)) commit(state);
  if (state.queue.length > 0) return;
  for (const resolve of state.idle.splice(0)) resolve();
}

/** @returns whether the transaction is open; if not, the work was rejected or waits for another try */
function begin(state: WriterState): boolean {
  try {
    state.admit?.();
    state.connection.exec("BEGIN IMMEDIATE");
    state.busySince = undefined;
    return true;
  } catch (error) {
    const now = state.clock.monotonic();
    state.busySince ??= now;
    if (isBusy(error) && now - state.busySince < state.busyLimitMs) {
      state.isScheduled = true;
      setTimeout(writeQueue, BUSY_PAUSE_MS, state);
      return false;
    }
    state.busySince = undefined;
    rejectAll(state, takeQueue(state), error);
    return false;
  }
}

function takeQueue(state: WriterState): Pending[] {
  const batch = state.queue;
  state.queue = [];
  return batch;
}

function rejectAll({ connection }: WriterState, batch: readonly Pending[], error: unknown): void {
  const reason = fromSqlite(error, connection.file);
  for (const work of batch) work.fail(reason);
}

/** Runs the queue in the open transaction, commits, and acknowledges. */
function commit(state: WriterState): void {
  const { connection, clock } = state;
  const batch = takeQueue(state);
  const startedAt = clock.monotonic();
  let succeeded: Pending[];
  let events: RatchetEvent[];
  try {
    ({ succeeded, events } = runBatch(connection, batch, clock.now()));
    connection.exec("COMMIT");
  } catch (error) {
    if (connection.inTransaction()) connection.exec("ROLLBACK");
    rejectAll(state, batch, error);
    return;
  }
  state.onCommit?.(clock.monotonic() - startedAt);
  for (const work of succeeded) work.done();
  if (events.length > 0) state.publish(events);
}

/** Runs each piece of work in a savepoint of its own. Their events and counters are written together at the end. */
function runBatch(
  connection: Connection,
  batch: readonly Pending[],
  now: number,
): { succeeded: Pending[]; events: RatchetEvent[] } {
  const { sql } = connection;
  const succeeded: Pending[] = [];
  const emitted: NewEvent[] = [];
  const counters = new CounterDeltas();
  for (const work of batch) {
    sql.run("SAVEPOINT work");
    try {
      const done = work.run(sql, now);
      sql.run("RELEASE work");
      for (const event of done.emitted) emitted.push(event);
      counters.merge(done.counters);
      succeeded.push(work);
    } catch (error) {
      // After a full disk or an I/O error SQLite may have rolled back everything. Then nothing of the batch holds.
      if (!connection.inTransaction()) throw error;
      sql.run("ROLLBACK TO work");
      sql.run("RELEASE work");
      work.fail(fromSqlite(error, connection.file));
    }
  }
  counters.apply(sql);
  return { succeeded, events: insertEvents(sql, emitted) };
}
