import { RatchetError } from "../../domain/errors.ts";
import type { NewEvent, RatchetEvent } from "../../domain/events.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Connection, Sql } from "./connection.ts";
import { CounterDeltas } from "./counter-deltas.ts";
import { insertEvents } from "./event-rows.ts";
import { fromSqlite, isBusy } from "./sqlite-failure.ts";

/** What one piece of work sees of the transaction it is part of. */
export interface Tx {
  readonly sql: Sql;
  /** Wall clock, ms: one moment for the whole piece of work. */
  readonly now: number;
  readonly counters: CounterDeltas;
  /** Stores the event with this work, and publishes it once that is on the disk. */
  emit(event: NewEvent): void;
}

/** The one way to write. */
export interface Writer {
  /**
   * Runs `work` in a transaction and resolves when it is on the disk. Work that arrives in the same turn of the event
   * loop shares one transaction and one sync of the disk. `work` is all or nothing by itself: when it throws, only its
   * own changes are undone and its promise is rejected.
   */
  write<T>(work: (tx: Tx) => T): Promise<T>;
  /** Resolves when everything handed in so far is on the disk or failed. */
  flush(): Promise<void>;
  /** Refuses further work, after what was handed in is done. */
  close(): Promise<void>;
}

/** What a {@link Writer} needs. */
export interface WriterOptions {
  connection: Connection;
  clock: Clock;
  /** Gets the events of each commit. */
  publish: (events: readonly RatchetEvent[]) => void;
  /** Called before each commit; throws when nothing may be written. */
  admit?: () => void;
  /** How long to try again while another process holds the database, ms. @default 30000 */
  busyLimitMs?: number;
  /** Told of each commit, and how long it took to reach the disk, ms. */
  onCommit?: (durationMs: number) => void;
}

interface Pending {
  run(sql: Sql, now: number): { emitted: NewEvent[]; counters: CounterDeltas };
  done(): void;
  fail(error: unknown): void;
}

/** Pause between two tries for a database that another process holds, ms. */
const BUSY_PAUSE_MS = 10;

/** Groups the durable writes of many callers into one commit (group commit). */
export function createWriter(options: WriterOptions): Writer {
  const { connection, clock, publish } = options;
  const busyLimitMs = options.busyLimitMs ?? 30_000;
  let queue: Pending[] = [];
  let scheduled = false;
  let closed = false;
  let busySince: number | undefined;
  let idle: (() => void)[] = [];

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    // After the I/O of this turn: all requests that were read together are committed together.
    setImmediate(flushNow);
  }

  function flushNow(): void {
    scheduled = false;
    if (queue.length > 0 && begin()) commit();
    if (queue.length === 0) {
      const waiting = idle;
      idle = [];
      for (const resolve of waiting) resolve();
    }
  }

  /** @returns whether the transaction is open; if not, the work was rejected or waits for another try */
  function begin(): boolean {
    try {
      options.admit?.();
      connection.exec("BEGIN IMMEDIATE");
      busySince = undefined;
      return true;
    } catch (error) {
      const now = clock.monotonic();
      busySince ??= now;
      if (isBusy(error) && now - busySince < busyLimitMs) {
        scheduled = true;
        setTimeout(flushNow, BUSY_PAUSE_MS);
        return false;
      }
      busySince = undefined;
      rejectAll(takeQueue(), error);
      return false;
    }
  }

  function takeQueue(): Pending[] {
    const batch = queue;
    queue = [];
    return batch;
  }

  function rejectAll(batch: readonly Pending[], error: unknown): void {
    const reason = fromSqlite(error, connection.file);
    for (const work of batch) work.fail(reason);
  }

  function commit(): void {
    const batch = takeQueue();
    const succeeded: Pending[] = [];
    // Those of all the work are written at the end: a few rows in place of a few for each.
    const emitted: NewEvent[] = [];
    const counters = new CounterDeltas();
    let events: RatchetEvent[];
    const now = clock.now();
    const startedAt = clock.monotonic();
    let open: Pending | undefined;
    try {
      for (open of batch) {
        connection.sql.run("SAVEPOINT work");
        try {
          const done = open.run(connection.sql, now);
          connection.sql.run("RELEASE work");
          for (const event of done.emitted) emitted.push(event);
          counters.merge(done.counters);
          succeeded.push(open);
        } catch (error) {
          // After a full disk or an I/O error SQLite may have rolled back everything: then nothing of the batch holds.
          if (!connection.inTransaction()) throw error;
          connection.sql.run("ROLLBACK TO work");
          connection.sql.run("RELEASE work");
          open.fail(fromSqlite(error, connection.file));
        }
      }
      counters.apply(connection.sql);
      events = insertEvents(connection.sql, emitted);
      connection.exec("COMMIT");
    } catch (error) {
      if (connection.inTransaction()) connection.exec("ROLLBACK");
      rejectAll(batch, error);
      return;
    }
    options.onCommit?.(clock.monotonic() - startedAt);
    for (const work of succeeded) work.done();
    if (events.length > 0) publish(events);
  }

  return {
    write<T>(work: (tx: Tx) => T): Promise<T> {
      if (closed) return Promise.reject(new RatchetError("ENVIRONMENT", "The database is closed."));
      return new Promise<T>((resolve, reject) => {
        let result: { value: T } | undefined;
        queue.push({
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
        schedule();
      });
    },
    flush() {
      if (queue.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        idle.push(resolve);
      });
    },
    async close() {
      closed = true;
      await this.flush();
    },
  };
}
