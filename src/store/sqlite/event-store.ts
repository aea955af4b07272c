import type { RatchetEvent } from "../../domain/events.ts";
import type { EventStore } from "../contract/events.ts";
import type { Sql } from "./connection.ts";
import { readEvents } from "./event-rows.ts";

/** Events over SQLite. The writer calls `publish` after each commit. */
export function createEventStore(
  sql: Sql,
  onListenerError: (error: unknown) => void,
): EventStore & { publish(events: readonly RatchetEvent[]): void } {
  const listeners = new Set<(events: readonly RatchetEvent[]) => void>();
  return {
    subscribe(listener) {
      // A wrapper, so that the same function can have two subscriptions.
      const own = (events: readonly RatchetEvent[]) => listener(events);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    since: async (id, limit) => readEvents(sql, id, limit),
    async bounds() {
      const row = sql.get<{ first: number | null; last: number | null }>(
        `SELECT (SELECT id - (execution IS NOT NULL) FROM events ORDER BY id LIMIT 1) AS first,
                (SELECT max(id) FROM events) AS last`,
      );
      return { first: row?.first ?? 0, last: row?.last ?? 0 };
    },
    publish(events) {
      for (const listener of [...listeners]) {
        try {
          listener(events);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
  };
}
