import { Database, type Statement } from "bun:sqlite";
import { RatchetError } from "../../domain/errors.ts";
import { isForeignLink } from "../../lib/foreign-link.ts";
import { createPrivateFile } from "./file-permissions.ts";
import type { DatabaseLocation } from "./location.ts";
import { fromSqlite } from "./sqlite-failure.ts";

/** A value that can be bound to a statement. Bytes are for `CAST(? AS TEXT)`: see {@link boundText}. */
export type SqlValue = string | number | null | Uint8Array;

/**
 * Runs statements, which are prepared once and kept. The caller gives the types of rows; the STRICT tables guarantee
 * them.
 */
export interface Sql {
  /** Texts of at least this many bytes are not read with their rows: see `brief-text.ts`. */
  readonly inlineBytes: number;
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined;
  /** @returns the number of changed rows, and the row id of the latest insert */
  run(sql: string, ...values: SqlValue[]): { changes: number; id: number };
}

/** An open database. */
export interface Connection {
  readonly sql: Sql;
  /** The name by which the user knows the database: its path, or `:memory:`. */
  readonly file: string;
  /** Runs SQL without parameters, and does not keep the statement. */
  exec(sql: string): void;
  /** Whether a transaction is open. SQLite ends it by itself after some errors. */
  inTransaction(): boolean;
  close(): void;
}

/** How to open a connection. */
export interface ConnectionOptions {
  location: DatabaseLocation;
  /** How long a statement waits for another process, ms. Waiting blocks the event loop. */
  busyTimeoutMs: number;
  /** Sets {@link Sql.inlineBytes}. @default 16 kB, which take as long to read as to look up */
  inlineBytes?: number;
  /** @default false */
  readonly?: boolean;
  /** Create the file if it is missing, accessible to its owner only. @default true */
  create?: boolean;
}

const INLINE_BYTES = 16 * 1024;

/** "RTCH": identifies a file as Ratchet's. */
export const APPLICATION_ID = 0x52544348;

/**
 * Opens the database: WAL, every commit synced, foreign keys enforced.
 * @throws {RatchetError} ENVIRONMENT if the file can't be used
 */
export function openConnection(options: ConnectionOptions): Connection {
  const file = options.location.kind === "memory" ? ":memory:" : options.location.path;
  let db: Database | undefined;
  if (options.location.kind === "file") checkLinks(file);
  if (!options.readonly && (options.create ?? true) && options.location.kind === "file") createPrivateFile(file);
  try {
    db = options.readonly
      ? new Database(file, { readonly: true })
      : new Database(file, { readwrite: true, create: options.create ?? true });
    db.run(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`);
    if (!options.readonly) {
      // Takes effect only on an empty file, and waits for the write lock. It lets `retention` return pages in small steps.
      if (options.create ?? true) db.run("PRAGMA auto_vacuum = INCREMENTAL");
      if (options.location.kind === "file") db.run("PRAGMA journal_mode = WAL");
      // FULL: a commit is on the disk when it returns (in WAL mode NORMAL would sync only at checkpoints).
      db.run("PRAGMA synchronous = FULL");
      db.run("PRAGMA wal_autocheckpoint = 2000");
      db.run("PRAGMA journal_size_limit = 67108864");
    }
    db.run("PRAGMA foreign_keys = ON");
    db.run("PRAGMA temp_store = MEMORY");
    db.run("PRAGMA cache_size = -16000");
    db.run("PRAGMA trusted_schema = OFF");
    // The first read of the file itself: fails now if the file is not a database.
    db.query("SELECT count(*) FROM sqlite_schema").get();
  } catch (error) {
    db?.close();
    throw fromSqlite(error, file);
  }
  return wrap(db, file, options.inlineBytes ?? INLINE_BYTES);
}

/** The files of a database. */
const FILES = ["", "-wal", "-shm", "-journal"];

/** @throws {RatchetError} ENVIRONMENT if a file of a database in the current folder is a link to somewhere else */
export function checkLinks(file: string): void {
  const link = FILES.map((ending) => file + ending).find(isForeignLink);
  if (link === undefined) return;
  throw new RatchetError("ENVIRONMENT", `${link} is a link that leads out of this folder.`, {
    remedy: "If you trust it, set server.database.url (RATCHET_DATABASE_URL) to sqlite: and the absolute path.",
  });
}

function wrap(db: Database, file: string, inlineBytes: number): Connection {
  // A cache of our own: Database.query keeps only 20 statements.
  const statements = new Map<string, Statement<unknown, SqlValue[]>>();
  const prepare = (text: string): Statement<unknown, SqlValue[]> => {
    let statement = statements.get(text);
    if (statement === undefined) {
      statement = db.prepare<unknown, SqlValue[]>(text);
      statements.set(text, statement);
    }
    return statement;
  };
  return {
    file,
    sql: {
      inlineBytes,
      all: <Row>(text: string, ...values: SqlValue[]) => prepare(text).all(...values) as Row[],
      get: <Row>(text: string, ...values: SqlValue[]) => (prepare(text).get(...values) ?? undefined) as Row | undefined,
      run(text, ...values) {
        const result = prepare(text).run(...values);
        return { changes: result.changes, id: Number(result.lastInsertRowid) };
      },
    },
    exec: (text) => {
      db.run(text);
    },
    inTransaction: () => db.inTransaction,
    close() {
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
      db.close();
    },
  };
}
