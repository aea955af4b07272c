import type { NewEvent, RatchetEvent } from "../../domain/events.ts";
import type { Connection, Sql } from "./connection.ts";
import { CounterDeltas } from "./counter-deltas.ts";
import { insertEvents } from "./event-rows.ts";
import { fromSqlite } from "./sqlite-failure.ts";

/** The transaction, as one piece of work sees it. */
export interface Tx {
  readonly sql: Sql;
  /** Wall clock, ms: the same for the whole piece of work. */
  readonly now: number;
  readonly counters: CounterDeltas;
  /** Stores the event with this work, and publishes it when both are on the disk. */
  emit(event: NewEvent): void;
}

/** Work that waits for its transaction. */
export interface Pending {
  readonly kind: "work";
  /** Decides how much shares a transaction: see `write-weight.ts`. */
  readonly weight: number;
  run(sql: Sql, now: number): { emitted: NewEvent[]; counters: CounterDeltas };
  done(): void;
  fail(error: unknown): void;
}

/** Creates work for a transaction. @param settle resolves or rejects the promise of its caller */
export function pendingWork<T>(
  work: (tx: Tx) => T,
  weight: number,
  settle: { resolve: (value: T) => void; reject: (error: unknown) => void },
): Pending {
  let result: { value: T } | undefined;
  return {
    kind: "work",
    weight,
    run(sql, now) {
      const emitted: NewEvent[] = [];
      const counters = new CounterDeltas();
      result = { value: work({ sql, now, counters, emit: (event) => void emitted.push(event) }) };
      return { emitted, counters };
    },
    done() {
      if (result !== undefined) settle.resolve(result.value);
    },
    fail: settle.reject,
  };
}

/** Runs each piece of work in a savepoint of its own. Their events and counters are written together at the end. */
export function runBatch(
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
