import type { EventFeed } from "../service/events/event-feed.ts";
import { MEMORY_LEVELS } from "../service/health/memory-level.ts";
import type { LogFeed } from "../service/logs/log-feed.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics/metrics.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { BodyMemory } from "./http/body-memory.ts";
import { HttpError } from "./http/http-error.ts";

/** Loads the metrics once, when they are first needed. */
export interface MetricsLoader {
  /** Starts to measure, unless metrics are turned off. */
  start(): Promise<void>;
  /** Returns the metrics. @throws {HttpError} 404 if they are turned off */
  published(): Promise<Metrics>;
  /** The metrics, if they are loaded. */
  loaded(): Metrics | undefined;
}

/** The parts of the doors that metrics look at. */
export interface ApiParts {
  feed: Pick<EventFeed, "readers">;
  logFeed: Pick<LogFeed, "readers">;
  bodyMemory: Pick<BodyMemory, "taken">;
}

/** Creates the loader of a server's metrics. */
export function createMetricsLoader(deps: ApiDependencies, parts: ApiParts): MetricsLoader {
  let loaded: Metrics | undefined;
  let loading: Promise<Metrics> | undefined;
  const enabled = deps.settings?.metrics ?? true;
  const load = (): Promise<Metrics> => {
    loading ??= loadMetrics(deps, parts).then((metrics) => {
      loaded = metrics;
      return metrics;
    });
    return loading;
  };
  return {
    loaded: () => loaded,
    async start() {
      if (enabled) await load();
    },
    async published() {
      if (enabled) return load();
      throw new HttpError(404, "ROUTE_NOT_FOUND", "This server has no metrics: metrics.enabled is false.", {
        remedy: "Set metrics.enabled to true and restart the server.",
      });
    },
  };
}

async function loadMetrics(deps: ApiDependencies, { feed, logFeed, bodyMemory }: ApiParts): Promise<Metrics> {
  const { store, registry, direct, origins, clock, measurements, resources } = deps;
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
    logClients: logFeed.readers,
    bodyBytes: bodyMemory.taken,
    sandbox: resources.sandbox,
    calls: resources.outboundCalls,
    store: store.usage,
    memory() {
      const { level, ...state } = resources.memory();
      return { ...state, level: MEMORY_LEVELS.indexOf(level) };
    },
    refused: resources.refused,
    cache: () => registry.cache(),
  });
  measurements?.add(metrics);
  return metrics;
}
