import type { Numbered } from "./feed-reader.ts";

/** The latest events, kept so that readers that keep up don't each ask the store. */
export interface RecentEvents<T> {
  /** Forgets all events. The next one that is added comes after `lastId`. */
  restart(lastId: number): void;
  /** Adds events with increasing ids; those that are already there are ignored. */
  add(events: readonly T[]): void;
  /** Returns how many events are kept, and the size of their data in characters of JSON. */
  kept(): { count: number; bytes: number };
  /** Returns the id of the latest event. */
  lastId(): number;
  /** Returns a page of the events after an id; undefined if some of them have been forgotten. */
  after(id: number): readonly T[] | undefined;
}

/** Number of events that are kept. */
const MAX_EVENTS = 4_096;
/** Size of their data, characters: values and lines may be large. */
const MAX_SIZE = 4 * 1024 * 1024;
/** Maximum number of events in one page. */
export const PAGE_EVENTS = 200;
/** Size of the data in one page, characters. A page has at least one event. */
const PAGE_SIZE = 256 * 1024;

/** @param sizeOf the approximate size of an event's data, characters */
export function createRecentEvents<T extends Numbered>(sizeOf: (event: T) => number): RecentEvents<T> {
  /** Everything after `forgottenUpTo` that was committed, by increasing id. */
  let events: T[] = [];
  let forgottenUpTo = 0;
  let size = 0;
  const lastId = (): number => events.at(-1)?.id ?? forgottenUpTo;

  function forgetOldest(): void {
    let count = 0;
    while (count < events.length && (events.length - count > MAX_EVENTS || size > MAX_SIZE)) {
      const oldest = events[count];
      if (oldest !== undefined) size -= sizeOf(oldest);
      count += 1;
    }
    forgottenUpTo = events[count - 1]?.id ?? forgottenUpTo;
    events.splice(0, count);
  }

  return {
    lastId,
    kept: () => ({ count: events.length, bytes: size }),
    restart(id) {
      events = [];
      size = 0;
      forgottenUpTo = id;
    },
    add(added) {
      const from = lastId();
      for (const event of added) {
        if (event.id <= from) continue;
        events.push(event);
        size += sizeOf(event);
      }
      if (events.length > 2 * MAX_EVENTS || size > 2 * MAX_SIZE) forgetOldest();
    },
    after(id) {
      if (id < forgottenUpTo) return undefined;
      // Readers that keep up want the end of the list.
      let from = events.length;
      while (from > 0 && (events[from - 1]?.id ?? 0) > id) from--;
      return firstPage(events.slice(from, from + PAGE_EVENTS), sizeOf);
    },
  };
}

/** Returns as many of the first events as fit into a page. */
export function firstPage<T>(events: readonly T[], sizeOf: (event: T) => number): readonly T[] {
  let size = 0;
  const end = events.findIndex((event) => {
    size += sizeOf(event);
    return size > PAGE_SIZE;
  });
  return end === -1 ? events : events.slice(0, end + 1);
}
