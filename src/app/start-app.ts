import { serviceManagerSettings } from "../config/environment.ts";
import { systemClock } from "../lib/clock.ts";
import { createShutdown } from "../lib/shutdown.ts";
import type { SourceStatus } from "../registry/registry.ts";
import { type StartedAccess, startAccess } from "../service/access/start-access.ts";
import { connectServiceManager } from "../service/health/service-manager.ts";
import { createMessageKeeper } from "../service/logs/message-keeper.ts";
import { startMasking } from "../service/secrets/start-masking.ts";
import { errorText, type Logger } from "../telemetry/logger.ts";
import { maskingLogger } from "../telemetry/masking-logger.ts";
import type { AppOptions, Base } from "./foundation.ts";
import { buildFoundation } from "./foundation.ts";
import { buildHealth } from "./health.ts";
import { buildRegistry } from "./registry.ts";
import { startParts } from "./start-parts.ts";
import { buildTracing } from "./tracing.ts";
import { buildWork } from "./work.ts";

/** A running server. */
export interface RunningApp {
  /** Address of the server, without a slash at its end. */
  url: string;
  /** Name of the database for people. */
  database: string;
  sources: readonly SourceStatus[];
  /** Where the first user is created; undefined if there is one, or none is needed. */
  setup: ReturnType<StartedAccess["setupPlace"]>;
  /** The server's own log, which is also stored. */
  logger: Logger;
  /** Stores messages that are shown in another form. */
  kept: Logger;
  /** Accepts no new work, finishes or hands back running work within `graceMs`, and closes the store. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts the server. This folder is the one place that constructs what has state, and that orders start and stop. If the
 * start fails, everything that was started is stopped again.
 * @throws {RatchetError} CONFIG_INVALID; ENVIRONMENT if the port or the database can't be used
 * @example
 * ```ts
 * import { loadConfig } from "../config/load.ts";
 * import { createLogger } from "../telemetry/logger.ts";
 *
 * const env = { RATCHET_DATABASE_URL: "sqlite::memory:", RATCHET_SERVER_PORT: "0" };
 * const { values: config, origins } = await loadConfig({ env, files: false });
 * const app = await startApp({ config, origins, env, logger: createLogger("error", console.error), dev: false });
 * const response = await fetch(`${app.url}/ready`);
 * response.status; // => 200
 * await app.stop(1_000);
 * ```
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const shutdown = createShutdown((error) => options.logger.error(`stopping failed: ${errorText(error)}`));
  try {
    const threshold = options.dev ? "debug" : options.config["logging.level"];
    const keeper = createMessageKeeper({ logger: options.logger, threshold, clock: systemClock });
    const { logger, maskWith } = maskingLogger(keeper.logger);
    const foundation = buildFoundation({ ...options, logger }, shutdown);
    keeper.attach(foundation.store.logs);
    shutdown.add(keeper.stop);
    await startMasking(foundation.vault, maskWith);
    const tracing = await buildTracing(foundation, shutdown);
    const access = await startAccess({ ...foundation, ...foundation.options, send: foundation.http.send });
    shutdown.add(access.stop);
    const base: Base = { ...foundation, tracing, access, registry: await buildRegistry(foundation) };
    const health = buildHealth(base);
    const manager = await connectServiceManager({
      ...serviceManagerSettings(options.env, process.pid),
      clock: base.clock,
      logger,
      probe: () => base.store.probe(),
    });
    shutdown.add(async () => manager.close());
    const url = await startParts(base, buildWork(base, health), health, shutdown);
    shutdown.add(async () => {
      health.lifecycle.drain();
      manager.stopping();
    });
    manager.ready();
    const setup = access.setupPlace(url);
    const { kept } = keeper;
    const { name: database } = base.store;
    return { url, database, sources: base.registry.sources(), setup, logger, kept, stop: shutdown.run };
  } catch (error) {
    await shutdown.run(0);
    throw error;
  }
}
