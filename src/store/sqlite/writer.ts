import type { AuditEntry } from "../../domain/audit.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { RatchetEvent } from "../../domain/events.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Recording } from "./audit-recording.ts";
import type { Connection } from "./connection.ts";
import { type BatchResult, type Pending, pendingWork, runBatch, type Tx } from "./group-commit.ts";
import { fromSqlite, isBusy } from "./sqlite-failure.ts";

/** The only way to write. */
export interface Writer {
  /**
   * Runs `work` in a transaction and resolves when it is on the disk. Work that arrives in the same turn of the event
   * loop shares one transaction and one sync of the disk, as far as that does not take long. When `work` throws, only
   * its own changes are undone and its promise is rejected.
   * @param weight how long it takes: see `write-weight.ts`. @default 0
   */
  write<T>(work: (tx: Tx) => T, weight?: number): Promise<T>;
  /**
   * Takes a turn among the writes for work that writes over another connection: until its promise settles, no
   * transaction begins here.
   */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** Returns how much work waits for its transaction. */
  pending(): number;
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
  /** Returns the entry of the audit log that the current write has to store. @default none */
  takeRecording?: () => Recording | undefined;
  /** Called after each commit with the entries of the audit log in it. */
  onAudited?: (entries: readonly AuditEntry[]) => void;
  /** Called after each commit with lines of the log in it. */
  onLogged?: () => void;
}

export const DEFAULT_BUSY_LIMIT_MS = 30_000;

/** Pause between two tries for a database that another process holds, ms. */
const BUSY_PAUSE_MS = 10;

/** Total weight of what shares a transaction: about 6 ms. */
const MOST_WEIGHT = 512 * 1024;

/** Groups the durable writes of many callers into one commit (group commit). */
export function createWriter(options: WriterOptions): Writer {
  const state: WriterState = {
    ...options,
    busyLimitMs: options.busyLimitMs ?? DEFAULT_BUSY_LIMIT_MS,
    queue: [],
    isScheduled: false,
    isClosed: false,
    busySince: undefined,
    idle: [],
  };
  return {
    write: <T>(work: (tx: Tx) => T, weight = 0) =>
      enqueue<T>(state, (resolve, reject) =>
        pendingWork(work, { weight, recording: state.takeRecording?.() }, { resolve, reject }),
      ),
    hold: <T>(work: () => Promise<T>) =>
      enqueue<T>(state, (resolve, reject) => ({
        kind: "held",
        run: async () => resolve(await work()),
        fail: reject,
      })),
    pending: () => state.queue.length,
    flush: () => flush(state),
    async close() {
      state.isClosed = true;
      await flush(state);
    },
  };
}

interface WriterState extends WriterOptions {
  busyLimitMs: number;
  /** Work for the next transactions, in order. */
  readonly queue: (Pending | Held)[];
  /** Whether a turn, a timer or the end of held work will go on with the queue. */
  isScheduled: boolean;
  isClosed: boolean;
  /** Since when another process has held the database, by the monotonic clock. */
  busySince: number | undefined;
  /** Called when the queue is empty. */
  idle: (() => void)[];
}

/** Work over another connection that waits for its turn. */
interface Held {
  readonly kind: "held";
  run(): Promise<void>;
  fail(error: unknown): void;
}

/** Adds work to the queue. @param create makes it from the functions that settle the promise of its caller */
function enqueue<T>(
  state: WriterState,
  create: (resolve: (value: T) => void, reject: (error: unknown) => void) => Pending | Held,
): Promise<T> {
  if (state.isClosed) return Promise.reject(new RatchetError("ENVIRONMENT", "The database is closed."));
  return new Promise<T>((resolve, reject) => {
    state.queue.push(create(resolve, reject));
    if (!state.isScheduled) schedule(state);
  });
}

function schedule(state: WriterState): void {
  state.isScheduled = true;
  // After the I/O of this turn: all requests that were read together are committed together.
  setImmediate(writeQueue, state);
}

function flush({ queue, idle }: WriterState): Promise<void> {
  if (queue.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    idle.push(resolve);
  });
}

function writeQueue(state: WriterState): void {
  state.isScheduled = false;
  const next = state.queue[0];
  if (next?.kind === "held") {
    void runHeld(state, next);
    return;
  }
  if (next !== undefined && begin(state)) commit(state, takeGroup(state.queue));
  goOn(state);
}

/** Goes on with the queue in another turn, or announces that it is empty. */
function goOn(state: WriterState): void {
  if (state.queue.length === 0) for (const resolve of state.idle.splice(0)) resolve();
  else if (!state.isScheduled) schedule(state);
}

/** It stays at the head of the queue until it has ended. */
async function runHeld(state: WriterState, held: Held): Promise<void> {
  state.isScheduled = true;
  try {
    state.admit?.();
    await held.run();
  } catch (error) {
    held.fail(fromSqlite(error, state.connection.file));
  }
  state.queue.shift();
  state.isScheduled = false;
  goOn(state);
}

/** Takes the work of the next transaction, up to {@link MOST_WEIGHT} together. */
function takeGroup(queue: (Pending | Held)[]): Pending[] {
  const group: Pending[] = [];
  let weight = 0;
  for (const work of queue) {
    if (work.kind === "held") break;
    weight += work.weight;
    if (group.length > 0 && weight > MOST_WEIGHT) break;
    group.push(work);
  }
  queue.splice(0, group.length);
  return group;
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
    rejectAll(state, state.queue.splice(0), error);
    return false;
  }
}

function rejectAll({ connection }: WriterState, batch: readonly (Pending | Held)[], error: unknown): void {
  const reason = fromSqlite(error, connection.file);
  for (const work of batch) work.fail(reason);
}

/** Runs a group in the open transaction, commits, and acknowledges. */
function commit(state: WriterState, batch: readonly Pending[]): void {
  const { connection, clock } = state;
  const startedAt = clock.monotonic();
  let result: BatchResult;
  try {
    result = runBatch(connection, batch, clock.now());
    connection.exec("COMMIT");
  } catch (error) {
    if (connection.inTransaction()) connection.exec("ROLLBACK");
    rejectAll(state, batch, error);
    return;
  }
  const { succeeded, events, audited, hasNewLines } = result;
  state.onCommit?.(clock.monotonic() - startedAt);
  for (const work of succeeded) work.done();
  if (audited.length > 0) state.onAudited?.(audited);
  if (events.length > 0) state.publish(events);
  if (hasNewLines) state.onLogged?.();
}
