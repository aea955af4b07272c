import { type Api, createApi } from "./api/api.ts";
import { apiSettings } from "./api/configured-settings.ts";
import { checkReadiness } from "./api/readiness.ts";
import { createBodyReader } from "./checking/body-reader.ts";
import { createChecker } from "./checking/checker.ts";
import { createSchemaWork } from "./checking/schema-work.ts";
import { createTaskLoading } from "./checking/task-loading.ts";
import { createValueChecks } from "./checking/value-checks.ts";
import type { Environment } from "./config/environment.ts";
import type { ConfigValues } from "./config/keys.ts";
import type { RunAttempt } from "./execution/attempt.ts";
import { logFailure } from "./execution/log-failure.ts";
import { createTaskRunner, type TaskFailure } from "./execution/task-runner.ts";
import { sharedOptions } from "./http/configured-options.ts";
import { createHttpClient } from "./http/http-client.ts";
import { portOf } from "./http/policy/match-rule.ts";
import { type OwnServer, ownServer } from "./http/policy/own-server.ts";
import { buildInfo } from "./lib/build-info.ts";
import { systemClock } from "./lib/clock.ts";
import { defined } from "./lib/defined.ts";
import { createShutdown, type Shutdown } from "./lib/shutdown.ts";
import { createDirectRunner } from "./queue/direct.ts";
import { maxClaimedFor } from "./queue/max-claimed.ts";
import { createQueue } from "./queue/queue.ts";
import { createRetention } from "./queue/retention.ts";
import { retentionPolicy } from "./queue/retention-policy.ts";
import { createWorker } from "./queue/worker.ts";
import { createRegistry } from "./registry/create-registry.ts";
import { copiesFolder, createSources, requiredSigners, sourceLimits } from "./registry/create-sources.ts";
import type { Registry, SourceStatus } from "./registry/registry.ts";
import { createPoolExecutor } from "./sandbox/pool/pool.ts";
import { createScheduler } from "./scheduler/scheduler.ts";
import { type StartedAccess, startAccess } from "./service/access/start-access.ts";
import { maskedOrigins } from "./service/http/masked-origins.ts";
import { protectStore } from "./service/secrets/protect-store.ts";
import { startMasking } from "./service/secrets/start-masking.ts";
import { openStore } from "./store/sqlite/open.ts";
import { readCaps } from "./task/limit-caps.ts";
import { auditLog, logEvents } from "./telemetry/event-log.ts";
import { errorText, type Logger } from "./telemetry/logger.ts";
import { maskingLogger } from "./telemetry/masking-logger.ts";
import { createMeasurements } from "./telemetry/measurements.ts";

/** What a server needs. */
export interface AppOptions {
  config: ConfigValues;
  env: Environment;
  logger: Logger;
  /** For authors of tasks: failures are logged with their source lines, and every local source is watched. */
  dev: boolean;
}

/** A running server. */
export interface RunningApp {
  /** Address of the server, without a slash at its end. */
  url: string;
  /** Name of the database for people. */
  database: string;
  sources: readonly SourceStatus[];
  /** Where the first user is created; undefined if there is one, or none is needed. */
  setup: ReturnType<StartedAccess["setupPlace"]>;
  /** Accepts no new work, finishes or hands back running work within `graceMs`, and closes the store. */
  stop(graceMs: number): Promise<void>;
}

/** How long the last responses may take after the grace period, ms. */
const LAST_RESPONSES_MS = 1_000;

/**
 * Starts the server. This file is the one place that constructs what has state, and that orders start and stop. If the
 * start fails, everything that was started is stopped again.
 * @throws {RatchetError} CONFIG_INVALID; ENVIRONMENT if the port or the database can't be used
 * @example
 * ```ts
 * import { loadConfig } from "./config/load.ts";
 * import { createLogger } from "./telemetry/logger.ts";
 *
 * const env = { RATCHET_DATABASE_URL: "sqlite::memory:", RATCHET_SERVER_PORT: "0" };
 * const { values: config } = await loadConfig({ env, files: false });
 * const app = await startApp({ config, env, logger: createLogger("error", console.error), dev: false });
 * const response = await fetch(`${app.url}/ready`);
 * response.status; // => 200
 * await app.stop(1_000);
 * ```
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const shutdown = createShutdown((error) => options.logger.error(`stopping failed: ${errorText(error)}`));
  try {
    const { logger, maskWith } = maskingLogger(options.logger);
    const foundation = buildFoundation({ ...options, logger }, shutdown);
    await startMasking(foundation.vault, maskWith);
    const access = await startAccess({ ...foundation, ...foundation.options, send: foundation.http.send });
    shutdown.add(access.stop);
    const base: Base = { ...foundation, access, registry: await buildRegistry(foundation) };
    const url = await startParts(base, buildWork(base), shutdown);
    const setup = access.setupPlace(url);
    return { url, database: base.store.name, sources: base.registry.sources(), setup, stop: shutdown.run };
  } catch (error) {
    await shutdown.run(0);
    throw error;
  }
}

/** What everything else is built on. */
type Foundation = ReturnType<typeof buildFoundation>;
type Base = Foundation & { registry: Registry; access: StartedAccess };

/** Opens the store, and creates the HTTP client, the sandbox and what they need. */
function buildFoundation(options: AppOptions, shutdown: Shutdown) {
  const [{ config, env, logger, dev }, clock] = [options, systemClock];
  const onError = (error: unknown) => logger.error(errorText(error));
  const measurements = createMeasurements();
  const opened = openStore({
    url: config["server.database.url"],
    clock,
    exclusive: true,
    missingTaskWaitMs: config["queue.missing_task_wait"],
    onExposed: (message) => logger.warn(message),
    onListenerError: onError,
    onCommit: (durationMs) => measurements.commit(durationMs / 1_000),
    ...auditLog(config["audit.log"], logger),
  });
  shutdown.add(() => opened.close());
  opened.events.subscribe((events) => logEvents(events, logger, dev || config["logging.level"] === "debug"));
  const { store, vault } = protectStore(opened, { config, env, logger });
  const own: { server: OwnServer | undefined } = { server: undefined };
  const http = createHttpClient({ ...sharedOptions(config, env, "public"), ownServer: () => own.server });
  shutdown.add(() => http.stop());
  const executor = createPoolExecutor(
    defined({ workers: config["execution.workers"], memoryBudgetBytes: config["execution.memory_budget"] }),
  );
  const checker = createChecker({ clock });
  shutdown.add(async () => checker.stop());
  const checks = createValueChecks(checker);
  const caps = readCaps(config);
  return { options, clock, onError, measurements, store, vault, http, own, executor, checker, checks, caps };
}

async function buildRegistry(foundation: Foundation): Promise<Registry> {
  const { options, caps, clock, store, http, checker } = foundation;
  const { config, env, logger, dev } = options;
  return createRegistry({
    caps,
    sources: await createSources({
      configured: config["registry.sources"],
      refreshMs: config["registry.refresh_interval"],
      copies: copiesFolder(config, env),
      limits: sourceLimits(config),
      trustedKeys: requiredSigners(config),
      send: http.send,
      watchAll: dev,
      embedded: true,
    }),
    tasks: store.tasks,
    // Nothing tells one state of Ratchet's sources from another.
    programs: config["cache.prepared"] && buildInfo().buildDate !== "unknown" ? store.programs : undefined,
    clock,
    logger,
    cache: {
      maxEntries: config["cache.enabled"] ? config["cache.task_content_cache_size"] : 0,
      maxBytes: config["cache.max_bytes"],
    },
    loading: createTaskLoading(checker, createSchemaWork(checker)),
    timeoutMs: config["registry.timeout"],
    trustedKeys: requiredSigners(config),
  });
}

/** What runs tasks. */
type Work = ReturnType<typeof buildWork>;

/** Creates the queue, its worker, the scheduler and the rest of what runs tasks. */
function buildWork(base: Base) {
  const { options, store, clock, onError } = base;
  const { config } = options;
  const run = buildRunner(base);
  const maxInputBytes = config["queue.max_input_size"];
  const worker = createWorker({
    store,
    clock,
    run,
    concurrency: config["queue.concurrency"],
    maxClaimed: maxClaimedFor(config["execution.memory_budget"]),
    leaseMs: config["queue.lease"],
    maxRetries: config["queue.max_retries"],
    backoff: { baseMs: config["queue.retry_delay"], maxMs: config["queue.max_retry_delay"] },
    onError,
  });
  return {
    worker,
    queue: createQueue({ store, maxInputBytes }),
    direct: createDirectRunner({ store, clock, run, workerId: worker.id, maxInputBytes }),
    scheduler: createScheduler({ store, clock, onError }),
    retention: createRetention({ retention: store.retention, clock, policy: retentionPolicy(config), onError }),
  };
}

/** Creates the function that runs attempts, and measures them. */
function buildRunner({
  options,
  registry,
  store,
  vault,
  executor,
  http,
  caps,
  checks,
  measurements,
}: Base): RunAttempt {
  const { config, dev, logger } = options;
  const attempt = createTaskRunner({
    checks,
    registry,
    tasks: store.tasks,
    executor,
    http: http.send,
    vault,
    caps,
    validateSchemas: config["execution.validate_schemas"],
    ...defined({ onFailure: dev ? (failure: TaskFailure) => void logFailure(failure, logger) : undefined }),
  });
  return async (request) => {
    const outcome = await attempt(request);
    measurements.execution(outcome.result.status, (outcome.usage?.durationMs ?? 0) / 1_000);
    return outcome;
  };
}

/** Starts everything in order. @returns the address of the server */
async function startParts(base: Base, work: Work, shutdown: Shutdown): Promise<string> {
  const { registry, executor, options, own } = base;
  const { worker, direct, scheduler, retention } = work;
  const { config } = options;
  const registered = Promise.withResolvers<void>();
  registered.promise.catch(() => {});
  let working = false;
  shutdown.add(() => executor.stop());
  await registry.start();
  shutdown.add((graceMs) => registry.stop(graceMs));
  const api = buildApi(base, work, { registered: registered.promise, working: () => working });
  const url = await api.start({ host: config["server.host"], port: config["server.port"] });
  own.server = ownServer(config["server.host"], portOf(new URL(url)));
  // At the same time: each has the whole grace period for what it runs.
  shutdown.add(async (graceMs) => {
    // What is cancelled at the end of the grace period still gets its response.
    const answered = api.stop(graceMs + LAST_RESPONSES_MS);
    await Promise.all([direct.stop(graceMs), worker.stop(graceMs)]);
    await answered;
  });
  // Only after the address is ours: a second server on the same port must not claim jobs.
  await worker.start();
  registered.resolve();
  await scheduler.start();
  shutdown.add((graceMs) => scheduler.stop(graceMs));
  await retention.start();
  shutdown.add((graceMs) => retention.stop(graceMs));
  working = true;
  shutdown.add(async () => {
    working = false;
  });
  return url;
}

/** How far the start has come. */
interface Progress {
  /** Resolves when the worker is registered. */
  registered: Promise<void>;
  /** Returns true while jobs are claimed. */
  working: () => boolean;
}

function buildApi(base: Base, { queue, scheduler, direct }: Work, { registered, working }: Progress): Api {
  const { options, store, vault, registry, http, checks, caps, checker, clock, measurements, access } = base;
  const { config, logger } = options;
  return createApi({
    store,
    origins: () => maskedOrigins(http.origins(), vault),
    vault,
    queue,
    scheduler,
    registry,
    // Executions belong to a registered worker, so earlier requests wait for it.
    direct: { ...direct, run: (request) => registered.then(() => direct.run(request)) },
    checks,
    maxInputBytes: config["queue.max_input_size"],
    caps,
    readJson: createBodyReader(checker),
    clock,
    logger,
    measurements,
    access: access.services,
    accessControl: access.control,
    oidcLogin: access.login,
    readiness: () => checkReadiness(store, working),
    settings: apiSettings(config),
  });
}
