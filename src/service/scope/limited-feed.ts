import type { EventType } from "../../domain/events.ts";
import type { EventFeed, Feed } from "../events/event-feed.ts";
import type { FeedItem, FeedReader } from "../events/feed-reader.ts";
import type { LogFeed } from "../logs/log-feed.ts";
import type { TaskScope } from "./task-scope.ts";

/** Events about the whole queue that concern every caller. */
const OF_EVERYONE: ReadonlySet<EventType> = new Set<EventType>(["queue.paused", "queue.resumed"]);

/** The events within a scope, and those about the whole queue. */
export function limitedFeed(feed: EventFeed, scope: TaskScope): EventFeed {
  return limitedBy(feed, scope, ({ type }) => OF_EVERYONE.has(type));
}

/** The lines of the log that concern tasks within a scope. */
export function limitedLogFeed(feed: LogFeed, scope: TaskScope): LogFeed {
  return limitedBy(feed, scope, () => false);
}

interface OfTask {
  taskId: number | null;
}

/** @param isOfEveryone whether something that concerns no task may be seen */
function limitedBy<T extends OfTask>(feed: Feed<T>, scope: TaskScope, isOfEveryone: (item: T) => boolean): Feed<T> {
  return {
    readers: feed.readers,
    kept: feed.kept,
    close: feed.close,
    read: async (request) => limitedReader(await feed.read(request), scope, isOfEveryone),
  };
}

function limitedReader<T extends OfTask>(
  reader: FeedReader<T>,
  scope: TaskScope,
  isOfEveryone: (item: T) => boolean,
): FeedReader<T> {
  async function next(): Promise<FeedItem<T> | undefined> {
    for (;;) {
      const item = await reader.next();
      if (item?.kind !== "events") return item;
      const events = await visible(item.events, scope, isOfEveryone);
      if (events.length > 0) return { ...item, events };
    }
  }
  return { next, close: reader.close };
}

async function visible<T extends OfTask>(
  events: readonly T[],
  scope: TaskScope,
  isOfEveryone: (item: T) => boolean,
): Promise<T[]> {
  const ofTasks = events.flatMap(({ taskId }) => (taskId === null ? [] : [{ taskId }]));
  const seen = new Set((await scope.only(ofTasks)).map(({ taskId }) => taskId));
  return events.filter((event) => (event.taskId === null ? isOfEveryone(event) : seen.has(event.taskId)));
}
