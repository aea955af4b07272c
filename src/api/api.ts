import { RatchetError } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import { defined } from "../lib/defined.ts";
import { systemErrorCode } from "../lib/system-error.ts";
import { createEventFeed, type EventFeed } from "../service/events/event-feed.ts";
import { createServices } from "../service/services.ts";
import { errorText } from "../telemetry/logger.ts";
import { createMetrics, type Metrics } from "../telemetry/metrics.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { createAccessCheck } from "./http/access-check.ts";
import { serveGroups } from "./http/serve-groups.ts";
import { type HttpServer, listen } from "./http1/http-server.ts";
import { apiRoutes } from "./routes.ts";

/** Where the server listens. */
export interface Address {
  host: string;
  /** 0 picks a free one. */
  port: number;
}

/** The server's interfaces: REST, GraphQL, events, pages. */
export interface Api {
  /**
   * Listens.
   * @returns the address as a URL, with the port that was picked
   * @throws {RatchetError} ENVIRONMENT when the address can't be had; USAGE when it listens already
   */
  start(address: Address): Promise<string>;
  /** Takes no new requests, lets those that run end within `graceMs`, and closes every connection. */
  stop(graceMs: number): Promise<void>;
  /** The OpenAPI 3.1 document. */
  openApi(): JsonObject;
}

const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;
const DEFAULT_BODY_TIMEOUT_MS = 60_000;
const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const DEFAULT_HEARTBEAT_MS = 15_000;
const DEFAULT_MAX_EVENT_CLIENTS = 10_000;

/** Puts the interfaces together; nothing listens before {@link Api.start}. */
export function createApi(deps: ApiDependencies): Api {
  const { settings = {}, store, clock, logger } = deps;
  const feed = createEventFeed({
    events: store.events,
    clock,
    heartbeatMs: settings.heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
    maxReaders: settings.maxEventClients ?? DEFAULT_MAX_EVENT_CLIENTS,
  });
  let metrics: Metrics | undefined;
  let makingMetrics: Promise<Metrics> | undefined;
  const loadMetrics = (): Promise<Metrics> => {
    makingMetrics ??= makeMetrics(deps, feed);
    return makingMetrics;
  };
  const services = createServices({ ...deps, ...defined({ validateInputs: settings.validateInputs }) });
  const { readiness } = deps;
  const { groups, openApi } = apiRoutes({ services, feed, store, clock, logger, readiness, metrics: loadMetrics });
  let server: HttpServer | undefined;

  function open({ host, port }: Address): HttpServer {
    const handle = serveGroups(groups, {
      access: createAccessCheck({
        host,
        allowedHosts: settings.allowedHosts ?? [],
        allowedOrigins: settings.allowedOrigins ?? [],
      }),
      limits: {
        maxBytes: settings.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
        timeoutMs: settings.bodyTimeoutMs ?? DEFAULT_BODY_TIMEOUT_MS,
        clock,
      },
      readJson: deps.readJson,
      onResponse: (method, route, status, startedAt) =>
        metrics?.request(method, route, status, (performance.now() - startedAt) / 1_000),
      onFault: (error, request) =>
        logger.error("a request failed", { method: request.method, url: request.url, error: errorText(error) }),
    });
    try {
      return listen({
        host: host.replace(/^\[|\]$/g, ""),
        port,
        handle,
        onHttpError: (status) => metrics?.request("other", "unknown", status, 0),
        clock,
        idleTimeoutMs: settings.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      });
    } catch (cause) {
      throw listenFailure({ host, port }, cause);
    }
  }

  return {
    openApi,
    async start(address) {
      if (server !== undefined) throw new RatchetError("USAGE", "The server listens already.");
      metrics = await loadMetrics();
      server = open(address);
      const { port } = server;
      const host = address.host.includes(":") && !address.host.startsWith("[") ? `[${address.host}]` : address.host;
      return `http://${host}:${port}`;
    },
    async stop(graceMs) {
      const stopping = server;
      if (stopping === undefined) return;
      server = undefined;
      // No new connections; streams end, and requests that are handled may end.
      stopping.finish();
      feed.close();
      await stopping.closed(graceMs);
    },
  };
}

async function makeMetrics(deps: ApiDependencies, feed: EventFeed): Promise<Metrics> {
  const { store, registry, direct, clock, measurements } = deps;
  const metrics = await createMetrics({
    jobs: async () => (await store.stats.read()).jobs,
    executions: async () => (await store.stats.read()).executions,
    oldestReadyMs: () => store.stats.oldestReadyMs(),
    runningDirect: () => direct.running(),
    workers: async () => (await store.workers.list()).length,
    schedulerLagMs: async () => Math.max(0, clock.now() - ((await store.schedules.nextDueAt()) ?? clock.now())),
    sources: () => registry.sources(),
    eventClients: feed.readers,
    cache: () => registry.cache(),
  });
  measurements?.add(metrics);
  return metrics;
}

function listenFailure({ host, port }: Address, cause: unknown): RatchetError {
  const code = systemErrorCode(cause) ?? "";
  const where = `${host}:${port}`;
  const data = { host, port, reason: code };
  if (code === "EADDRINUSE") {
    const remedy = "Stop the program that uses it, or choose another port with --port.";
    return new RatchetError("ENVIRONMENT", `The port ${where} is in use.`, { cause, data, remedy });
  }
  const why = code === "EACCES" ? "this user may not use it" : code || "the system refuses it";
  const remedy = "Choose another address with --host and --port.";
  return new RatchetError("ENVIRONMENT", `The server can't listen at ${where}: ${why}.`, { cause, data, remedy });
}
