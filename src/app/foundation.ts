import { createChecker } from "../checking/checker.ts";
import { createValueChecks } from "../checking/value-checks.ts";
import type { Environment } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import type { LoadedConfig } from "../config/load.ts";
import { sharedOptions } from "../http/configured-options.ts";
import { createHttpClient } from "../http/http-client.ts";
import { measuredSend } from "../http/measured-send.ts";
import type { OwnServer } from "../http/policy/own-server.ts";
import { systemClock } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import type { Registry } from "../registry/registry.ts";
import { createPoolExecutor } from "../sandbox/pool/pool.ts";
import type { StartedAccess } from "../service/access/start-access.ts";
import { logEvents } from "../service/logs/log-events.ts";
import { protectStore } from "../service/secrets/protect-store.ts";
import type { LogLine } from "../store/contract/logs.ts";
import { openStore } from "../store/sqlite/open.ts";
import { readCaps } from "../task/limit-caps.ts";
import { auditLog } from "../telemetry/audit-messages.ts";
import { errorText, type Logger } from "../telemetry/logger.ts";
import { createMeasurements } from "../telemetry/measurements.ts";
import { measuredRuns } from "./measured-runs.ts";
import type { Tracing } from "./tracing.ts";

/** What a server needs. */
export interface AppOptions {
  config: ConfigValues;
  /** Where the values came from. */
  origins: LoadedConfig["origins"];
  env: Environment;
  logger: Logger;
  /** For authors of tasks: failures are logged with their source lines, and every local source is watched. */
  dev: boolean;
  /** Receives the lines that are stored: those of tasks, and the server's own. @default nobody */
  onLines?: ((lines: readonly LogLine[]) => void) | undefined;
}

/** What everything else is built on. */
export type Foundation = ReturnType<typeof buildFoundation>;

/** The foundation, with what is started before everything else. */
export type Base = Foundation & { tracing: Tracing; registry: Registry; access: StartedAccess };

/** Opens the store, and creates the HTTP client, the sandbox and what they need. */
export function buildFoundation(options: AppOptions, shutdown: Shutdown) {
  const [{ config, env, logger, dev }, clock] = [options, systemClock];
  const onError = (error: unknown) => logger.error(errorText(error));
  const measurements = createMeasurements();
  const opened = openStore({
    url: config["server.database.url"],
    clock,
    exclusive: true,
    missingTaskWaitMs: config["queue.missing_task_wait"],
    onExposed: (message) => logger.warn(message),
    onUnshrinkable: (message) => logger.warn(message),
    onListenerError: onError,
    onCommit: (durationMs) => measurements.commit(durationMs / 1_000),
    ...auditLog(config["audit.log"], logger),
  });
  shutdown.add(() => opened.close());
  opened.events.subscribe(measurements.events);
  logEvents({ store: opened, logger, verbose: dev || config["logging.level"] === "debug" });
  opened.logs.subscribe(measurements.logLines);
  const { onLines } = options;
  if (onLines !== undefined) opened.logs.subscribe(onLines);
  const measured = { ...opened, runs: measuredRuns(opened.runs, measurements.run) };
  const { store, vault } = protectStore(measured, { config, env, logger });
  const own: { server: OwnServer | undefined } = { server: undefined };
  const http = createHttpClient({ ...sharedOptions(config, env, "public"), ownServer: () => own.server });
  shutdown.add(() => http.stop());
  const outbound = measuredSend(http.send, measurements.call);
  const executor = createPoolExecutor(
    defined({ workers: config["execution.workers"], memoryBudgetBytes: config["execution.memory_budget"] }),
  );
  const checker = createChecker({ clock });
  shutdown.add(async () => checker.stop());
  const checks = createValueChecks(checker);
  const caps = readCaps(config);
  return {
    options,
    clock,
    onError,
    measurements,
    store,
    vault,
    http,
    outbound,
    own,
    executor,
    checker,
    checks,
    caps,
  };
}
