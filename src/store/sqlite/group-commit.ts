import type { AuditEntry } from "../../domain/audit.ts";
import type { NewEvent, RatchetEvent } from "../../domain/events.ts";
import { appendAudit, entryOfChange, type NewAuditEntry } from "./audit-chain.ts";
import type { Recording } from "./audit-recording.ts";
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
  /** Adds an entry to the audit log, stored with this work. */
  audit(entry: NewAuditEntry): void;
}

/** Work that waits for its transaction. */
export interface Pending {
  readonly kind: "work";
  /** Decides how much shares a transaction: see `write-weight.ts`. */
  readonly weight: number;
  run(sql: Sql, now: number): { emitted: NewEvent[]; counters: CounterDeltas; audited: NewAuditEntry[] };
  done(): void;
  fail(error: unknown): void;
}

/** How work is done. */
export interface WorkOptions {
  /** See {@link Pending.weight}. */
  weight: number;
  /** The entry of the audit log that is stored with the work. */
  recording: Recording | undefined;
}

/** Creates work for a transaction. @param settle resolves or rejects the promise of its caller */
export function pendingWork<T>(
  work: (tx: Tx) => T,
  { weight, recording }: WorkOptions,
  settle: { resolve: (value: T) => void; reject: (error: unknown) => void },
): Pending {
  let result: { value: T } | undefined;
  return {
    kind: "work",
    weight,
    run(sql, now) {
      const emitted: NewEvent[] = [];
      const counters = new CounterDeltas();
      const audited: NewAuditEntry[] = [];
      const emit = (event: NewEvent) => void emitted.push(event);
      result = { value: work({ sql, now, counters, emit, audit: (entry) => void audited.push(entry) }) };
      if (recording !== undefined) audited.push(entryOfChange(recording.draft, emitted));
      return { emitted, counters, audited };
    },
    done() {
      if (recording !== undefined) recording.state = "stored";
      if (result !== undefined) settle.resolve(result.value);
    },
    fail(error) {
      // Another write of the same request may still succeed.
      if (recording?.state === "taken") recording.state = "waiting";
      settle.reject(error);
    },
  };
}

/** What a transaction has done. */
export interface BatchResult {
  succeeded: Pending[];
  events: RatchetEvent[];
  audited: AuditEntry[];
  /** Whether it has stored lines of the log. */
  hasNewLines: boolean;
}

/**
 * Runs each piece of work in a savepoint of its own. Their events, counters and entries of the audit log are written
 * together at the end.
 */
export function runBatch(connection: Connection, batch: readonly Pending[], now: number): BatchResult {
  const { sql } = connection;
  const succeeded: Pending[] = [];
  const emitted: NewEvent[] = [];
  const audited: NewAuditEntry[] = [];
  const counters = new CounterDeltas();
  for (const work of batch) {
    sql.run("SAVEPOINT work");
    try {
      const done = work.run(sql, now);
      sql.run("RELEASE work");
      for (const event of done.emitted) emitted.push(event);
      counters.merge(done.counters);
      for (const entry of done.audited) audited.push(entry);
      succeeded.push(work);
    } catch (error) {
      // After a full disk or an I/O error SQLite may have rolled back everything. Then nothing of the batch holds.
      if (!connection.inTransaction()) throw error;
      sql.run("ROLLBACK TO work");
      sql.run("RELEASE work");
      work.fail(fromSqlite(error, connection.file));
    }
  }
  counters.apply(sql, now);
  const { hasNewLines } = counters;
  return { succeeded, events: insertEvents(sql, emitted), audited: appendAudit(sql, now, audited), hasNewLines };
}
