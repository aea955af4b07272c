import type { LogLine, LogStore } from "../contract/logs.ts";
import type { Sql } from "./connection.ts";
import { listLogs } from "./log-list.ts";
import { insertMessages, readLinesAfter } from "./log-rows.ts";
import { linesWeight } from "./write-weight.ts";
import type { Writer } from "./writer.ts";

/** Lines that listeners get in one turn of the event loop. */
const PUBLISHED_LINES = 500;

/** Everything that changes while the log is in use. */
interface LogState {
  readonly sql: Sql;
  readonly listeners: Set<(lines: readonly LogLine[]) => void>;
  readonly onListenerError: (error: unknown) => void;
  /** Id of the last line that listeners know about. */
  published: number;
  /** Whether a later turn goes on publishing. */
  isScheduled: boolean;
}

/** Tells listeners about new lines. */
export interface LogPublisher extends Pick<LogStore, "subscribe"> {
  /** Call it after each commit that has stored lines. Without listeners it does nothing. */
  stored(): void;
}

/** @param onListenerError receives what a listener threw */
export function createLogPublisher(sql: Sql, onListenerError: (error: unknown) => void): LogPublisher {
  const state: LogState = { sql, listeners: new Set(), onListenerError, published: 0, isScheduled: false };
  return {
    subscribe: (listener) => subscribe(state, listener),
    stored() {
      if (state.listeners.size > 0 && !state.isScheduled) publish(state);
    },
  };
}

/** The log over SQLite. */
export function createLogStore(sql: Sql, writer: Writer, { subscribe }: LogPublisher): LogStore {
  return {
    list: (filter, page) => listLogs(sql, filter, page),
    async append(messages) {
      if (messages.length > 0) await writer.write((tx) => insertMessages(tx, messages), linesWeight(messages));
    },
    subscribe,
    since: async (id, limit) => readLinesAfter(sql, id, limit),
    bounds: async () => bounds(sql),
  };
}

function subscribe(state: LogState, listener: (lines: readonly LogLine[]) => void): () => void {
  // Without listeners nobody has looked for lines.
  if (state.listeners.size === 0) state.published = bounds(state.sql).last;
  const own = (lines: readonly LogLine[]) => listener(lines);
  state.listeners.add(own);
  return () => {
    state.listeners.delete(own);
  };
}

/** The last id is the last that was given: that of a line that is gone may be known to a reader. */
function bounds(sql: Sql): { first: number; last: number } {
  const row = sql.get<{ first: number | null; last: number | null }>(
    "SELECT (SELECT min(id) FROM logs) AS first, (SELECT seq FROM sqlite_sequence WHERE name = 'logs') AS last",
  );
  const last = row?.last ?? 0;
  return { first: row?.first ?? last, last };
}

/** Reads what was stored rather than taking it along, because the store thread stores lines too. */
function publish(state: LogState): void {
  state.isScheduled = false;
  try {
    const lines = readLinesAfter(state.sql, state.published, PUBLISHED_LINES);
    const last = lines.at(-1);
    if (last === undefined) return;
    state.published = last.id;
    for (const listener of [...state.listeners]) tell(state, listener, lines);
    if (lines.length < PUBLISHED_LINES) return;
    state.isScheduled = true;
    setImmediate(publish, state);
  } catch (error) {
    state.onListenerError(error);
  }
}

function tell(state: LogState, listener: (lines: readonly LogLine[]) => void, lines: readonly LogLine[]): void {
  try {
    listener(lines);
  } catch (error) {
    state.onListenerError(error);
  }
}
