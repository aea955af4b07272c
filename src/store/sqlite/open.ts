import type { AuditEntry } from "../../domain/audit.ts";
import type { Clock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";
import type { Store } from "../contract/store.ts";
import { type AuditHeadFile, createAuditHeadFile } from "./audit-head-file.ts";
import { createRecordings } from "./audit-recording.ts";
import { createAuditStore } from "./audit-store.ts";
import { type Connection, openConnection, type Sql } from "./connection.ts";
import { createControlStore } from "./control-store.ts";
import { createCredentialStores } from "./credential-stores.ts";
import { type DatabaseLock, lockDatabase } from "./database-lock.ts";
import { checkDiskSpace } from "./disk-space.ts";
import { createEventStore } from "./event-store.ts";
import { createExecutionStore } from "./execution-store.ts";
import { restrictDatabase } from "./file-permissions.ts";
import { createJobStore } from "./job-store.ts";
import { type DatabaseLocation, parseDatabaseUrl } from "./location.ts";
import { createLogPublisher, createLogStore, type LogPublisher } from "./log-store.ts";
import { migrate } from "./migrate.ts";
import { MIGRATIONS } from "./migrations.ts";
import { DEFAULT_MISSING_WAIT_MS } from "./missing-tasks.ts";
import { createNotificationStore } from "./notification-store.ts";
import { createProgramStore } from "./program-store.ts";
import { readingSql } from "./reading.ts";
import { createRetentionStore } from "./retention-store.ts";
import { createEarlyStarts } from "./runs/early-start.ts";
import { createRunStore } from "./runs/run-store.ts";
import { sameFileCheck } from "./same-file.ts";
import { createScheduleStore } from "./schedule-store.ts";
import { createSecretStore } from "./secret-store.ts";
import { letShrink } from "./shrinking.ts";
import { createStatsStore } from "./stats-store.ts";
import { storeUsage } from "./store-usage.ts";
import { createStoreWrites } from "./store-writes.ts";
import { createStoredTexts } from "./stored-texts.ts";
import { createTaskStore } from "./task-store.ts";
import { createStoreThread, type StoreThread } from "./thread/store-thread.ts";
import { createWebhookStore } from "./webhook-store.ts";
import { createWorkerStore } from "./worker-store.ts";
import { createWriter, DEFAULT_BUSY_LIMIT_MS, type Writer } from "./writer.ts";

/** How to open the store. */
export interface OpenStoreOptions {
  /** `sqlite:path`, `sqlite://path`, or `sqlite::memory:`. */
  url: string;
  clock: Clock;
  /** Receives what a listener of events threw. */
  onListenerError: (error: unknown) => void;
  /** Reserve the database while the store is open: others that open it this way fail. @default false */
  exclusive?: boolean;
  /** Receives a message about files of the database that other users can read, or could read until now. */
  onExposed?: (message: string) => void;
  /** Receives a message if the file was created in a way that keeps it from becoming smaller. */
  onUnshrinkable?: (message: string) => void;
  /** How long a job waits for a task that no source has, ms. @default ten minutes */
  missingTaskWaitMs?: number;
  /** How long a write waits while another process holds the database, ms. @default 30000 */
  busyLimitMs?: number;
  /** Called after each commit with the time that it took to reach the disk, ms. */
  onCommit?: (durationMs: number) => void;
  /** Called with entries of the audit log when they are on the disk. */
  onAudited?: (entries: readonly AuditEntry[]) => void;
  /** Called once if entries of the audit log have disappeared. @default {@link OpenStoreOptions.onListenerError} */
  onAuditBroken?: (message: string) => void;
  /** When and how work is done on another thread. */
  heavyWork?: HeavyWork;
}

/** Work that is done on another thread, because it would hold up this one. */
export interface HeavyWork {
  /** From this size on values are written and read by another thread, bytes. @default 512 kB */
  fromBytes?: number;
  /** From this size on values are not read with their rows, bytes. @default 16 kB */
  inlineBytes?: number;
  /** Starts the other thread. @default Ratchet's own */
  spawn?: () => Worker;
}

const HEAVY_BYTES = 512 * 1024;

/** How long one statement may block the event loop while it waits for another process, ms. */
const BUSY_TIMEOUT_MS = 20;

/**
 * Opens the store, creates the database if it is missing, and brings its schema up to date.
 * @throws {RatchetError} CONFIG_INVALID for the URL; ENVIRONMENT if the database can't be used or is in use
 * @example
 * ```ts
 * import { systemClock } from "../../lib/clock.ts";
 *
 * const store = openStore({ url: "sqlite::memory:", clock: systemClock, onListenerError: console.error });
 * await store.jobs.list({ status: ["queued"] }, { limit: 10 }); // => { items: [], nextCursor: null }
 * await store.close();
 * ```
 */
export function openStore(options: OpenStoreOptions): Store {
  const { clock, heavyWork = {} } = options;
  const location = parseDatabaseUrl(options.url);
  const { inlineBytes } = heavyWork;
  const connection = openConnection({ location, busyTimeoutMs: 5_000, ...defined({ inlineBytes }) });
  const sql = readingSql(connection.sql, connection.file);
  const lock = prepare(connection, location, options);
  const events = createEventStore(sql, options.onListenerError);
  const thread = threadFor(location, connection, options);
  const logs = createLogPublisher(sql, options.onListenerError);
  const opened = { connection, sql, location, events, logs, thread, options };
  const { writer, writes, recordings, headFile } = openWriting(opened);
  const texts = createStoredTexts(sql, thread, heavyWork.fromBytes ?? HEAVY_BYTES);
  const now = () => clock.now();
  const missingWaitMs = options.missingTaskWaitMs ?? DEFAULT_MISSING_WAIT_MS;
  const early = createEarlyStarts({ sql, events, now, missingWaitMs });
  let closed = false;
  return {
    name: connection.file,
    tasks: createTaskStore(sql, writer),
    jobs: createJobStore({ sql, writer, writes, texts, early, now, missingWaitMs }),
    executions: createExecutionStore(sql, writes, texts, writer),
    runs: createRunStore(sql, writer, texts),
    schedules: createScheduleStore(sql, writer),
    events,
    workers: createWorkerStore(sql, writer),
    control: createControlStore(sql, writer),
    stats: createStatsStore(sql, now),
    retention: createRetentionStore(writes, () => shorten(connection, writer)),
    logs: createLogStore(sql, writer, logs),
    programs: createProgramStore(sql, writer, now),
    secrets: createSecretStore(sql, writer),
    ...createCredentialStores(sql, writer, now),
    webhooks: createWebhookStore(sql, writer),
    notifications: createNotificationStore(sql, writer, now),
    audit: createAuditStore(sql, writer, recordings),
    async probe() {
      if (location.kind === "file") await checkDiskSpace(location.path);
      await writer.write((tx) => {
        tx.sql.run("UPDATE schema_migrations SET applied_at = applied_at WHERE version = 1");
      });
    },
    dropCaches: () => connection.exec("PRAGMA shrink_memory"),
    usage: () => storeUsage(location, writer),
    async close() {
      if (closed) return;
      closed = true;
      try {
        await writer.close();
        await thread?.close();
        headFile?.close();
        connection.close();
      } finally {
        lock?.release();
      }
    },
  };
}

interface Opened {
  connection: Connection;
  sql: Sql;
  location: DatabaseLocation;
  events: ReturnType<typeof createEventStore>;
  logs: LogPublisher;
  thread: StoreThread | undefined;
  options: OpenStoreOptions;
}

/** Creates what writes, and what keeps the end of the audit log. */
function openWriting({ connection, sql, location, events: { publish }, logs, thread, options }: Opened) {
  const { clock, onCommit, busyLimitMs } = options;
  const recordings = createRecordings();
  const headFile = auditHeadFile(location, connection.sql, options);
  const shared = {
    publish,
    takeRecording: recordings.take,
    onAudited(entries: readonly AuditEntry[]) {
      headFile?.changed();
      options.onAudited?.(entries);
    },
    onLogged: logs.stored,
  };
  const admit = location.kind === "file" ? sameFileCheck(location.path, clock) : undefined;
  const writer = createWriter({ ...shared, connection, clock, ...defined({ admit, busyLimitMs, onCommit }) });
  const writes = createStoreWrites({
    ...shared,
    sql,
    writer,
    thread,
    now: () => clock.now(),
    heavyWeight: options.heavyWork?.fromBytes ?? HEAVY_BYTES,
    missingWaitMs: options.missingTaskWaitMs ?? DEFAULT_MISSING_WAIT_MS,
    onCommit,
  });
  return { writer, writes, recordings, headFile };
}

/** The file itself becomes shorter when what the write-ahead log has of it is written back. */
function shorten(connection: Connection, writer: Writer): Promise<void> {
  return writer.hold(async () => connection.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
}

/** A database in memory has no files beside it. */
function auditHeadFile(
  location: DatabaseLocation,
  sql: Sql,
  { clock, onAuditBroken, onListenerError }: OpenStoreOptions,
): AuditHeadFile | undefined {
  if (location.kind === "memory") return undefined;
  const onBroken = onAuditBroken ?? ((message: string) => onListenerError(new Error(message)));
  return createAuditHeadFile({ database: location.path, sql, clock, onBroken });
}

/** A database in memory can't have a second connection. */
function threadFor(
  location: DatabaseLocation,
  { sql: { inlineBytes } }: Connection,
  { clock, busyLimitMs, missingTaskWaitMs: missingWaitMs, heavyWork }: OpenStoreOptions,
): StoreThread | undefined {
  if (location.kind === "memory") return undefined;
  return createStoreThread({
    path: location.path,
    clock,
    inlineBytes,
    missingWaitMs: missingWaitMs ?? DEFAULT_MISSING_WAIT_MS,
    busyLimitMs: busyLimitMs ?? DEFAULT_BUSY_LIMIT_MS,
    ...defined({ spawn: heavyWork?.spawn }),
  });
}

/** Locks the database if that is asked for, and brings its schema up to date. Closes the connection if that fails. */
function prepare(
  connection: Connection,
  location: DatabaseLocation,
  { clock, exclusive, onExposed, onUnshrinkable }: OpenStoreOptions,
): DatabaseLock | undefined {
  let lock: DatabaseLock | undefined;
  try {
    // First, because another server may need the schema as it is.
    if (exclusive && location.kind === "file") lock = lockDatabase(location.path, clock.now());
    migrate(connection, MIGRATIONS, clock.now());
    // Only now, when a file of another program has been rejected: its permissions must not change.
    if (location.kind === "file") restrict(location.path, onExposed);
    if (exclusive) letShrink(connection, onUnshrinkable);
    // From now on the writer waits, which does not block the event loop.
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return lock;
  } catch (error) {
    connection.close();
    lock?.release();
    throw error;
  }
}

function restrict(path: string, onExposed: (message: string) => void = () => {}): void {
  const { restricted, readable } = restrictDatabase(path);
  if (restricted.length > 0) {
    onExposed(`other users of this machine could use ${restricted.join(" and ")}; now only the owner can`);
  }
  if (readable.length > 0) {
    onExposed(`other users of this machine can use ${readable.join(" and ")}: have its owner run chmod go= on it`);
  }
}
