import { totalmem } from "node:os";
import { createApi } from "./api/api.ts";
import type { ReadinessCheck } from "./api/dependencies.ts";
import { createBodyReader } from "./checking/body-reader.ts";
import { createChecker } from "./checking/checker.ts";
import { createSchemaWork } from "./checking/schema-work.ts";
import { createTaskLoading } from "./checking/task-loading.ts";
import { createValueChecks } from "./checking/value-checks.ts";
import type { Environment } from "./config/environment.ts";
import type { ConfigValues } from "./config/keys.ts";
import { RatchetError } from "./domain/errors.ts";
import { sourceExcerpt } from "./execution/source-excerpt.ts";
import { createTaskRunner, type TaskFailure } from "./execution/task-runner.ts";
import { sharedOptions } from "./http/configured-options.ts";
import { createHttpClient } from "./http/http-client.ts";
import { systemClock } from "./lib/clock.ts";
import { createDirectRunner } from "./queue/direct.ts";
import { createQueue } from "./queue/queue.ts";
import { createRetention } from "./queue/retention.ts";
import { createWorker } from "./queue/worker.ts";
import { createRegistry } from "./registry/create-registry.ts";
import { copiesFolder, createSources, sourceLimits } from "./registry/create-sources.ts";
import type { SourceStatus } from "./registry/registry.ts";
import { createPoolExecutor } from "./sandbox/pool/pool.ts";
import { createScheduler } from "./scheduler/scheduler.ts";
import type { RetentionPolicy } from "./store/contract/retention.ts";
import type { Store } from "./store/contract/store.ts";
import { openStore } from "./store/sqlite/open.ts";
import { readCaps } from "./task/limit-caps.ts";
import { logEvents } from "./telemetry/event-log.ts";
import { errorText, type Logger } from "./telemetry/logger.ts";
import { createMeasurements } from "./telemetry/measurements.ts";

/** What a server is made of. */
export interface AppOptions {
  config: ConfigValues;
  env: Environment;
  logger: Logger;
  /** For those who write tasks: failures with their source lines, every source of this machine watched. */
  dev: boolean;
}

/** A server that runs. */
export interface RunningApp {
  /** Address of the server, without a slash at its end. */
  url: string;
  /** How the user knows the database. */
  database: string;
  sources: readonly SourceStatus[];
  /** Takes nothing new, finishes or hands back what runs within `graceMs`, closes the store. */
  stop(graceMs: number): Promise<void>;
}

/** How long the last answers may take after the grace time, ms. */
const ANSWER_MS = 1_000;

/**
 * Starts the server: the one place that makes what has a state, and orders start and stop. When it fails, what was
 * started is stopped again.
 * @throws {RatchetError} CONFIG_INVALID; ENVIRONMENT when the port or the database can't be had
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
  const { config, env, logger, dev } = options;
  checkHost(config["server.host"]);
  const undo: ((graceMs: number) => Promise<void>)[] = [];
  const stop = async (graceMs: number) => {
    const deadline = performance.now() + graceMs;
    for (const step of undo.splice(0).reverse()) {
      try {
        await step(Math.max(0, deadline - performance.now()));
      } catch (error) {
        logger.error(`stopping failed: ${errorText(error)}`);
      }
    }
  };
  try {
    return { ...(await startParts()), stop };
  } catch (error) {
    await stop(0);
    throw error;
  }

  async function startParts(): Promise<Omit<RunningApp, "stop">> {
    const clock = systemClock;
    const onError = (error: unknown) => logger.error(errorText(error));
    const measurements = createMeasurements();
    const store = openStore({
      url: config["server.database.url"],
      clock,
      exclusive: true,
      missingTaskWaitMs: config["queue.missing_task_wait"],
      onExposed: (message) => logger.warn(message),
      onListenerError: onError,
      onCommit: (durationMs) => measurements.commit(durationMs / 1_000),
    });
    undo.push(() => store.close());
    store.events.subscribe((events) => logEvents(events, logger, dev || config["logging.level"] === "debug"));
    const http = createHttpClient(sharedOptions(config, env));
    undo.push(() => http.stop());
    const executor = createPoolExecutor({
      ...(config["execution.workers"] !== undefined && { workers: config["execution.workers"] }),
      ...(config["execution.memory_budget"] !== undefined && { memoryBudgetBytes: config["execution.memory_budget"] }),
    });
    const caps = readCaps(config);
    const checker = createChecker({ clock });
    const checks = createValueChecks(checker);
    undo.push(async () => checker.stop());
    const registry = createRegistry({
      caps,
      sources: await createSources({
        configured: config["registry.sources"],
        refreshMs: config["registry.refresh_interval"],
        copies: copiesFolder(config, env),
        limits: sourceLimits(config),
        send: http.send,
        watchAll: dev,
        embedded: true,
      }),
      tasks: store.tasks,
      clock,
      logger,
      cache: {
        maxEntries: config["cache.enabled"] ? config["cache.task_content_cache_size"] : 0,
        maxBytes: config["cache.max_bytes"],
      },
      loading: createTaskLoading(checker, createSchemaWork(checker)),
      timeoutMs: config["registry.timeout"],
    });
    const attempt = createTaskRunner({
      checks,
      registry,
      tasks: store.tasks,
      executor,
      http: http.send,
      caps,
      validateSchemas: config["execution.validate_schemas"],
      ...(dev && { onFailure: (failure: TaskFailure) => void explain(failure, logger) }),
    });
    const run: typeof attempt = async (request) => {
      const outcome = await attempt(request);
      measurements.execution(outcome.result.status, (outcome.usage?.durationMs ?? 0) / 1_000);
      return outcome;
    };
    const maxInputBytes = config["queue.max_input_size"];
    const queue = createQueue({ store, maxInputBytes });
    const worker = createWorker({
      store,
      clock,
      run,
      concurrency: config["queue.concurrency"],
      maxClaimed: mostClaimed(config["execution.memory_budget"]),
      leaseMs: config["queue.lease"],
      maxRetries: config["queue.max_retries"],
      backoff: { baseMs: config["queue.retry_delay"], maxMs: config["queue.max_retry_delay"] },
      onError,
    });
    const direct = createDirectRunner({ store, clock, run, workerId: worker.id, maxInputBytes });
    const registered = Promise.withResolvers<void>();
    registered.promise.catch(() => {});
    const scheduler = createScheduler({ store, clock, onError });
    const retention = createRetention({ retention: store.retention, clock, policy: retentionPolicy(config), onError });
    let working = false;

    undo.push(() => executor.stop());
    await registry.start();
    undo.push((graceMs) => registry.stop(graceMs));
    const api = createApi({
      store,
      queue,
      scheduler,
      registry,
      // Executions belong to a registered worker: what comes before it is waits.
      direct: { ...direct, run: (request) => registered.promise.then(() => direct.run(request)) },
      checks,
      caps,
      readJson: createBodyReader(checker),
      clock,
      logger,
      measurements,
      readiness: () => readiness(store, () => working),
      settings: {
        validateInputs: config["execution.validate_schemas"],
        maxBodyBytes: config["server.max_body_size"],
        allowedHosts: listed(config["server.allowed_hosts"]),
        allowedOrigins: listed(config["server.allowed_origins"]),
      },
    });
    const url = await api.start({ host: config["server.host"], port: config["server.port"] });
    // Side by side: both have the whole grace time for what they run.
    undo.push(async (graceMs) => {
      // What is cancelled at the end of the grace time is still answered.
      const answered = api.stop(graceMs + ANSWER_MS);
      await Promise.all([direct.stop(graceMs), worker.stop(graceMs)]);
      await answered;
    });
    // Only when the address is ours: a second server on the same port must not claim jobs.
    await worker.start();
    registered.resolve();
    await scheduler.start();
    undo.push((graceMs) => scheduler.stop(graceMs));
    await retention.start();
    undo.push((graceMs) => retention.stop(graceMs));
    working = true;
    undo.push(async () => {
      working = false;
    });
    return { url, database: store.name, sources: registry.sources() };
  }
}

/** What a text names, with commas between. */
const listed = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** What a job that waits takes of the memory budget, bytes, about. */
const WAITING_JOB_BYTES = 1.5 * 1024 * 1024;
/** Jobs claimed at once, at most: each takes memory of the server as well. */
const MOST_CLAIMED = 10_000;

/** Jobs that wait may have half of the memory budget. */
function mostClaimed(memoryBudget: number | undefined): number {
  return Math.min(MOST_CLAIMED, Math.floor((memoryBudget ?? totalmem() / 2) / 2 / WAITING_JOB_BYTES));
}

/** Until there is access control, nobody but this machine may reach the server. */
function checkHost(host: string): void {
  if (host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host)) return;
  throw new RatchetError("CONFIG_INVALID", `The server may not listen on ${host}: other machines could reach it.`, {
    remedy: "Use 127.0.0.1 and a proxy that checks who comes, until access control can be configured.",
    data: { host },
  });
}

function retentionPolicy(config: ConfigValues): RetentionPolicy {
  const rule = (name: "completed" | "failed" | "cancelled" | "direct_executions" | "events") => ({
    maxAgeMs: config[`retention.${name}.max_age`],
    maxCount: config[`retention.${name}.max_count`],
  });
  return {
    jobs: { completed: rule("completed"), failed: rule("failed"), cancelled: rule("cancelled") },
    directExecutions: rule("direct_executions"),
    events: rule("events"),
    firings: { maxAgeMs: config["retention.firings.max_age"] },
  };
}

async function readiness(store: Store, working: () => boolean): Promise<ReadinessCheck[]> {
  const worker: ReadinessCheck = { name: "worker", ok: working() };
  if (!worker.ok) worker.message = "The server is starting or stopping.";
  try {
    await store.probe();
    return [{ name: "database", ok: true }, worker];
  } catch (error) {
    const message = error instanceof RatchetError ? error.message : "The database can't be written.";
    return [{ name: "database", ok: false, message }, worker];
  }
}

/** A task's failure with the line of its source, for development. */
async function explain({ task, executionId, error }: TaskFailure, logger: Logger): Promise<void> {
  const stack = error.guest?.stack;
  const place = stack === undefined ? undefined : sourceExcerpt(await task.program(), stack);
  const name = error.guest === undefined ? error.code : error.guest.name;
  const text = `${task.metadata.label}: ${name}: ${error.guest?.message ?? error.message}`;
  logger.warn(place === undefined ? text : `${text}\n${place}`, { executionId });
}
