import type { EventFeed } from "../service/events/event-feed.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics.ts";
import type { ApiDependencies } from "./dependencies.ts";

/** Loads the metrics once, when they are first needed. */
export interface MetricsLoader {
  load(): Promise<Metrics>;
  /** The metrics, if they are loaded. */
  loaded(): Metrics | undefined;
}

/** Creates the loader of a server's metrics. */
export function createMetricsLoader(deps: ApiDependencies, feed: EventFeed): MetricsLoader {
  let loaded: Metrics | undefined;
  let loading: Promise<Metrics> | undefined;
  return {
    loaded: () => loaded,
    load() {
      loading ??= loadMetrics(deps, feed).then((metrics) => {
        loaded = metrics;
        return metrics;
      });
      return loading;
    },
  };
}

async function loadMetrics(deps: ApiDependencies, feed: EventFeed): Promise<Metrics> {
  const { store, registry, direct, origins, clock, measurements } = deps;
  const metrics = await createMetrics({
    jobs: async () => (await store.stats.read()).jobs,
    executions: async () => (await store.stats.read()).executions,
    oldestReadyMs: () => store.stats.oldestReadyMs(),
    runningDirect: () => direct.running(),
    workers: async () => (await store.workers.list()).length,
    schedulerLagMs: async () => Math.max(0, clock.now() - ((await store.schedules.nextDueAt()) ?? clock.now())),
    sources: () => registry.sources(),
    origins,
    eventClients: feed.readers,
    cache: () => registry.cache(),
  });
  measurements?.add(metrics);
  return metrics;
}
