import { OPEN_ACCESS } from "../access/access-control.ts";
import { RatchetError } from "../domain/errors.ts";
import type { JsonObject } from "../domain/json.ts";
import { matchAddresses } from "../lib/address-blocks.ts";
import { defined } from "../lib/defined.ts";
import { createEventFeed } from "../service/events/event-feed.ts";
import { createLogFeed } from "../service/logs/log-feed.ts";
import { createLimitedViews, type Feeds } from "../service/scope/limited-views.ts";
import { createServices } from "../service/services.ts";
import { errorText } from "../telemetry/logger.ts";
import { createTraces, type Traces } from "../telemetry/tracing/traces.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { createAccessCheck, reportingRefusals } from "./http/access-check.ts";
import { type AuditTrail, createAuditTrail } from "./http/audit-trail.ts";
import { type BodyMemory, createBodyMemory } from "./http/body-memory.ts";
import { createFindClient, type Peer } from "./http/client.ts";
import { createGate, createRecallIdentity } from "./http/gate.ts";
import { maskProblems } from "./http/masked-problems.ts";
import type { MiddlewareOptions } from "./http/middlewares.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import { serveGroups } from "./http/serve-groups.ts";
import { type HttpServer, listen } from "./http1/http-server.ts";
import { listenFailure } from "./listen-failure.ts";
import { createMetricsLoader, type MetricsLoader } from "./metrics-loader.ts";
import { apiRoutes } from "./routes.ts";
import { type TlsSource, watchTlsFiles } from "./tls-files.ts";

/** Where the server listens. */
export interface Address {
  host: string;
  /** 0 picks a free port. */
  port: number;
}

/** The doors of the server: REST, GraphQL, pages. */
export interface Api {
  /**
   * Starts to listen.
   * @returns the address as a URL, with the port that was picked
   * @throws {RatchetError} ENVIRONMENT if it can't listen at the address; CONFIG_INVALID if the certificate can't be used; USAGE if it is listening already
   */
  start(address: Address): Promise<string>;
  /** Accepts no new requests, lets running ones finish within `graceMs`, and closes every connection. */
  stop(graceMs: number): Promise<void>;
  /** The OpenAPI 3.1 document. */
  openApi(): JsonObject;
}

const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;
/** How many bodies of the maximum size may be handled at once. */
const BODIES_AT_ONCE = 3;
const DEFAULT_BODY_TIMEOUT_MS = 60_000;
const DEFAULT_IDLE_TIMEOUT_MS = 30_000;
const DEFAULT_HEARTBEAT_MS = 15_000;
const DEFAULT_MAX_EVENT_CLIENTS = 10_000;
const DEFAULT_MAX_CONNECTIONS = 20_000;
const DEFAULT_MAX_CONNECTIONS_PER_ADDRESS = 2_000;

/** Creates the doors. Nothing listens before {@link Api.start}. */
export function createApi(deps: ApiDependencies): Api {
  const { settings = {}, store, vault, clock, logger, readiness } = deps;
  const { feed, logFeed } = createFeeds(deps);
  const bodyMemory = createBodyMemory(BODIES_AT_ONCE * (settings.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES));
  const metrics = createMetricsLoader(deps, { feed, logFeed, bodyMemory });
  const traces = deps.traces ?? createTraces();
  const resources = allResources(deps, { feed, logFeed, bodyMemory });
  const serviceDeps = { ...deps, resources, traces, ...defined({ validateInputs: settings.validateInputs }) };
  const services = createServices(serviceDeps);
  const limitedTo = createLimitedViews(serviceDeps, { feed, logFeed });
  const { maxDeliveryBytes } = settings;
  const trail: AuditTrail = createAuditTrail({
    audit: store.audit,
    routes: () => groups.flatMap(({ routes }) => routes),
    clock,
    onError: (error) => logger.error("an entry of the audit log was lost", { error: errorText(error) }),
  });
  const shown = {
    services,
    feed,
    logFeed,
    store,
    vault,
    limitedTo,
    maxDeliveryBytes,
    trail,
    oidcLogin: deps.oidcLogin,
  };
  const { groups, openApi } = apiRoutes({ ...shown, clock, logger, readiness, metrics: metrics.published });
  let server: HttpServer | undefined;
  let tls: TlsSource | undefined;
  return {
    openApi,
    async start(address) {
      if (server !== undefined) throw new RatchetError("USAGE", "The server is listening already.");
      await metrics.start();
      tls = settings.tls === undefined ? undefined : watchTlsFiles(settings.tls, clock, logger);
      const handle = maskProblems(
        serveGroups(groups, middlewareOptions(deps, { host: address.host, metrics, trail, traces, bodyMemory })),
        deps.vault,
      );
      server = open({ deps, address, handle, metrics, tls });
      const host = address.host.includes(":") && !address.host.startsWith("[") ? `[${address.host}]` : address.host;
      return `${tls === undefined ? "http" : "https"}://${host}:${server.port}`;
    },
    async stop(graceMs) {
      const stopping = server;
      if (stopping === undefined) return;
      server = undefined;
      tls?.stop();
      // No new connections. Streams end, and requests that are being handled may finish.
      stopping.finish();
      feed.close();
      logFeed.close();
      await stopping.closed(graceMs);
      trail.flush();
    },
  };
}

/** What the middlewares need besides the dependencies. */
interface MiddlewareParts {
  host: string;
  metrics: MetricsLoader;
  trail: AuditTrail;
  bodyMemory: BodyMemory;
  traces: Traces;
}

/** Adds what the doors use to what the rest of the server uses. */
function allResources(
  { resources }: ApiDependencies,
  { feed, logFeed, bodyMemory }: Feeds & { bodyMemory: BodyMemory },
) {
  return {
    ...resources,
    requestBodyBytes: bodyMemory.taken,
    recentEvents: feed.kept,
    recentLines: logFeed.kept,
  };
}

function createFeeds({ store, clock, settings = {} }: ApiDependencies): Feeds {
  const options = {
    clock,
    heartbeatMs: settings.heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
    maxReaders: settings.maxEventClients ?? DEFAULT_MAX_EVENT_CLIENTS,
  };
  return {
    feed: createEventFeed({ ...options, events: store.events }),
    logFeed: createLogFeed({ ...options, logs: store.logs }),
  };
}

function middlewareOptions(
  { settings = {}, accessControl = OPEN_ACCESS, clock, logger, readJson }: ApiDependencies,
  { host, metrics, trail, traces, bodyMemory }: MiddlewareParts,
): MiddlewareOptions {
  const { allowedHosts = [], allowedOrigins = [], trustedProxies = [], rateLimit } = settings;
  const gate = createGate({ control: accessControl, onRefusal: trail.refuseRequest });
  const limited =
    rateLimit === undefined ? undefined : createRateLimit(gate, rateLimit, { clock, onRefusal: trail.refuseRequest });
  return {
    findClient: createFindClient(matchAddresses(trustedProxies)),
    access: reportingRefusals(
      createAccessCheck({ host, allowedHosts, allowedOrigins }),
      createRecallIdentity(accessControl),
      trail.refuseRequest,
    ),
    gate: limited?.gate ?? gate,
    trail,
    traces,
    ...defined({ addRateHeaders: limited?.addHeaders }),
    limits: {
      maxBytes: settings.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
      timeoutMs: settings.bodyTimeoutMs ?? DEFAULT_BODY_TIMEOUT_MS,
      clock,
    },
    bodyMemory,
    readJson,
    onResponse: (method, route, status, startedAt) =>
      metrics.loaded()?.request(method, route, status, (performance.now() - startedAt) / 1_000),
    onFault: (error, request) =>
      logger.error("a request failed", { method: request.method, url: request.url, error: errorText(error) }),
  };
}

interface OpenOptions {
  deps: ApiDependencies;
  address: Address;
  handle: (request: Request, peer: Peer) => Promise<Response>;
  metrics: MetricsLoader;
  tls: TlsSource | undefined;
}

/** @throws {RatchetError} ENVIRONMENT if it can't listen at the address */
function open({ deps, address, handle, metrics, tls }: OpenOptions): HttpServer {
  const { settings = {}, clock } = deps;
  const { host, port } = address;
  try {
    return listen({
      host: host.replace(/^\[|\]$/g, ""),
      port,
      handle,
      onHttpError: (status) => metrics.loaded()?.request("other", "unknown", status, 0),
      clock,
      idleTimeoutMs: settings.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      limits: {
        max: settings.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
        maxPerAddress: settings.maxConnectionsPerAddress ?? DEFAULT_MAX_CONNECTIONS_PER_ADDRESS,
        isExempt: matchAddresses(settings.trustedProxies ?? []),
      },
      ...defined({ credentials: tls?.current }),
    });
  } catch (cause) {
    throw listenFailure({ host, port }, cause);
  }
}
