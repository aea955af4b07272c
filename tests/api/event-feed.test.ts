import { expect, test } from "bun:test";
import type { RatchetEvent } from "../../src/domain/events.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createEventFeed } from "../../src/service/events/event-feed.ts";

/** A store of events that counts how often it is asked for old ones. */
function createEvents() {
  const kept: RatchetEvent[] = [];
  let tell: (events: readonly RatchetEvent[]) => void = () => {};
  let reads = 0;
  return {
    reads: () => reads,
    add(count: number, data: string | null) {
      const news = Array.from({ length: count }, (_, at): RatchetEvent => {
        const id = kept.length + at + 1;
        return {
          id,
          time: 0,
          type: "job.progress",
          taskId: 1,
          jobId: 1,
          executionId: null,
          scheduleId: null,
          scheduledAt: null,
          data,
        };
      });
      kept.push(...news);
      tell(news);
    },
    store: {
      subscribe(listener: typeof tell) {
        tell = listener;
        return () => {};
      },
      async since(id: number, limit: number) {
        reads += 1;
        return kept.slice(id, id + limit);
      },
      bounds: async () => ({ first: kept.length === 0 ? 0 : 1, last: kept.length }),
    },
  };
}

function openFeed(events: ReturnType<typeof createEvents>) {
  return createEventFeed({ events: events.store, clock: systemClock, heartbeatMs: 60_000, maxReaders: 10 });
}

test("large events are neither kept in memory nor sent in large parts", async () => {
  const events = createEvents();
  const feed = openFeed(events);
  const reader = await feed.read({ matches: () => true });
  const quick = await feed.read({ matches: () => true });
  for (let round = 0; round < 100; round++) {
    events.add(10, "x".repeat(50_000));
    const item = await quick.next();
    expect(item?.kind).toBe("events");
    expect(events.reads()).toBe(0);
    // All of the round, so that it keeps up.
    for (let last = item?.lastId ?? 0; last < 10 * (round + 1); ) last = (await quick.next())?.lastId ?? 0;
  }
  const ids: number[] = [];
  while (ids.length < 1_000) {
    const item = await reader.next();
    if (item?.kind !== "events") throw new Error(`got ${item?.kind}`);
    expect(item.events.length).toBeLessThan(10);
    ids.push(...item.events.map(({ id }) => id));
  }
  expect(ids).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1));
  // Eight megabytes at most are kept, of fifty: the rest came from the store.
  expect(events.reads()).toBeGreaterThan(100);
  feed.close();
});

test("small ones come in larger parts, without the store", async () => {
  const events = createEvents();
  const feed = openFeed(events);
  const reader = await feed.read({ matches: () => true });
  events.add(1_000, null);
  const item = await reader.next();
  expect(item?.kind === "events" && item.events.length).toBe(200);
  expect(events.reads()).toBe(0);
  feed.close();
});
