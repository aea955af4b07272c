import { Lru } from "../../lib/lru.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import type { EventFeed } from "../events/event-feed.ts";
import type { LogFeed } from "../logs/log-feed.ts";
import { createServices, type Services } from "../services.ts";
import { createKnownLabels } from "./known-labels.ts";
import { limitedDependencies } from "./limited-dependencies.ts";
import { limitedFeed, limitedLogFeed } from "./limited-feed.ts";
import { createTaskScope } from "./task-scope.ts";

/** What a door shows to a caller: everything, or what belongs to some tasks. */
export interface View {
  services: Services;
  feed: EventFeed;
  logFeed: LogFeed;
  store: ServiceDependencies["store"];
}

/** Returns the view of callers who are limited to tasks whose label matches one of the patterns. */
export type LimitedViews<T = View> = (labels: readonly string[]) => T;

/** What happens, as it happens. */
export type Feeds = Pick<View, "feed" | "logFeed">;

/** Views that are kept. One costs a few objects. */
const MAX_KEPT = 200;

/** Creates the views of callers who are limited to some tasks, over the same stores as those of all others. */
export function createLimitedViews(deps: ServiceDependencies, { feed, logFeed }: Feeds): LimitedViews {
  const known = createKnownLabels(deps.store.tasks, deps.store.events);
  return keptByLabels((labels) => {
    const scope = createTaskScope(known, labels);
    const limited = limitedDependencies(deps, scope);
    return {
      services: createServices(limited),
      feed: limitedFeed(feed, scope),
      logFeed: limitedLogFeed(logFeed, scope),
      store: limited.store,
    };
  });
}

/** Keeps what was created for a list of patterns. */
export function keptByLabels<T>(create: LimitedViews<T>): LimitedViews<T> {
  const kept = new Lru<string, { value: T }>(MAX_KEPT, () => 1);
  return (labels) => {
    const key = JSON.stringify(labels);
    let found = kept.get(key);
    if (found === undefined) {
      found = { value: create(labels) };
      kept.set(key, found);
    }
    return found.value;
  };
}
