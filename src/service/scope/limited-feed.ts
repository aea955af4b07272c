import type { EventType, RatchetEvent } from "../../domain/events.ts";
import type { EventFeed } from "../events/event-feed.ts";
import type { FeedItem, FeedReader } from "../events/feed-reader.ts";
import type { TaskScope } from "./task-scope.ts";

/** Events about the whole queue that concern every caller. */
const OF_EVERYONE: ReadonlySet<EventType> = new Set<EventType>(["queue.paused", "queue.resumed"]);

/** The events within a scope, and those about the whole queue. */
export function limitedFeed(feed: EventFeed, scope: TaskScope): EventFeed {
  return {
    readers: feed.readers,
    close: feed.close,
    read: async (request) => limitedReader(await feed.read(request), scope),
  };
}

function limitedReader(reader: FeedReader, scope: TaskScope): FeedReader {
  async function next(): Promise<FeedItem | undefined> {
    for (;;) {
      const item = await reader.next();
      if (item?.kind !== "events") return item;
      const events = await visible(item.events, scope);
      if (events.length > 0) return { ...item, events };
    }
  }
  return { next, close: reader.close };
}

async function visible(events: readonly RatchetEvent[], scope: TaskScope): Promise<RatchetEvent[]> {
  const ofTasks = events.flatMap(({ taskId }) => (taskId === null ? [] : [{ taskId }]));
  const seen = new Set((await scope.only(ofTasks)).map(({ taskId }) => taskId));
  return events.filter(({ taskId, type }) => (taskId === null ? OF_EVERYONE.has(type) : seen.has(taskId)));
}
