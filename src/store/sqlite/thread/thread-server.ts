import type { AuditEntry } from "../../../domain/audit.ts";
import type { RatchetEvent } from "../../../domain/events.ts";
import { systemClock } from "../../../lib/clock.ts";
import type { Recording } from "../audit-recording.ts";
import { type Connection, openConnection } from "../connection.ts";
import { fromSqlite } from "../sqlite-failure.ts";
import { readShareable, type TextPlace } from "../text-places.ts";
import { createWriter, type Writer } from "../writer.ts";
import { packFailure } from "./packed-failure.ts";
import type { ThreadMessage, ThreadResponse, ThreadSettings, WriteRequest, Written } from "./thread-protocol.ts";
import { type ItemOf, type KindOfWrite, PERFORM, type RestOf, type ResultOf, UNLIMITED } from "./write-kinds.ts";

/** How long a statement waits for another process, ms: to open the database, and later, when the writer repeats it. */
const BUSY_TIMEOUT_MS = { open: 5_000, later: 20 };

/** The database as the thread has it. */
interface OpenDatabase {
  settings: ThreadSettings;
  connection: Connection;
  writer: Writer;
  /** Time of the main thread's clock for the current write. */
  now: number;
  /** Events of the current write. */
  events: readonly RatchetEvent[];
  commitMs: number;
  /** Entry of the audit log that the current write has to store. */
  recording: Recording | undefined;
  audited: readonly AuditEntry[];
  /** Whether the current write has stored lines of the log. */
  hasNewLines: boolean;
}

/**
 * Creates the server of the store thread.
 * @param respond sends a message to the main thread
 * @returns the function to call with each message
 */
export function createThreadServer(respond: (response: ThreadResponse) => void): (message: ThreadMessage) => void {
  let database: OpenDatabase | undefined;
  let settings: ThreadSettings | undefined;
  let items: unknown[] = [];
  let turn: Promise<void> = Promise.resolve();
  const opened = (): OpenDatabase => {
    if (settings === undefined) throw new Error("the store thread was not opened");
    database ??= openDatabase(settings);
    return database;
  };
  const serve = async (message: ThreadMessage): Promise<void> => {
    switch (message.kind) {
      case "open":
        settings = message.settings;
        return;
      case "items":
        if (message.first) items = [];
        for (const item of message.items) items.push(item);
        return;
      case "write": {
        const sent = items;
        items = [];
        return respond(await write(opened(), message, sent));
      }
      case "read":
        return respond({ kind: "texts", texts: readTexts(opened(), message.places) });
      case "close":
        database?.connection.close();
        return respond({ kind: "closed" });
    }
  };
  return (message) => {
    turn = turn
      .then(() => serve(message))
      .catch((error: unknown) => respond({ kind: "failed", failure: packFailure(error) }));
  };
}

function openDatabase(settings: ThreadSettings): OpenDatabase {
  const { path, inlineBytes, busyLimitMs } = settings;
  const location = { kind: "file", path } as const;
  const connection = openConnection({ location, inlineBytes, busyTimeoutMs: BUSY_TIMEOUT_MS.open, create: false });
  connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS.later}`);
  const database: OpenDatabase = {
    settings,
    connection,
    writer: createWriter({
      connection,
      clock: { ...systemClock, now: () => database.now },
      busyLimitMs,
      publish: (events) => {
        database.events = events;
      },
      onCommit: (durationMs) => {
        database.commitMs = durationMs;
      },
      takeRecording: () => database.recording,
      onAudited: (entries) => {
        database.audited = entries;
      },
      onLogged: () => {
        database.hasNewLines = true;
      },
    }),
    now: 0,
    events: [],
    commitMs: 0,
    recording: undefined,
    audited: [],
    hasNewLines: false,
  };
  return database;
}

async function write<K extends KindOfWrite>(
  database: OpenDatabase,
  request: Extract<WriteRequest, { write: K }>,
  sent: readonly unknown[],
): Promise<Written<ResultOf<K>>> {
  // The main thread has sent the items of this kind of write.
  const items = sent as readonly ItemOf<K>[];
  database.events = [];
  database.now = request.now;
  database.recording = request.draft === undefined ? undefined : { draft: request.draft, state: "taken" };
  database.audited = [];
  database.hasNewLines = false;
  const { missingWaitMs } = database.settings;
  const settings = { missingWaitMs, ...UNLIMITED };
  const result = await database.writer.write((tx) =>
    PERFORM[request.write as K](tx, items, request.rest as RestOf<K>, settings),
  );
  const { events, commitMs, audited, hasNewLines } = database;
  const first = events[0]?.id;
  const last = events.at(-1)?.id;
  return {
    kind: "written",
    result,
    events: first === undefined || last === undefined ? undefined : { first, last },
    audited,
    hasNewLines,
    commitMs,
  };
}

function readTexts({ connection }: OpenDatabase, places: readonly TextPlace[]) {
  try {
    return places.map((place) => readShareable(connection.sql, place) ?? null);
  } catch (error) {
    throw fromSqlite(error, connection.file);
  }
}
