import { startApp } from "../../../app/start-app.ts";
import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import type { LoadedConfig } from "../../../config/load.ts";
import { defined } from "../../../lib/defined.ts";
import { formatDuration } from "../../../lib/duration.ts";
import { createLogger } from "../../../telemetry/logger.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { type EndSignal, onInterrupt } from "../../framework/interrupt.ts";
import { isTerminal } from "../../framework/output.ts";
import { announcement, readyMessage } from "./announce.ts";
import { createLogWriter, type LogFileSettings } from "./log-writer.ts";

/** What the command line says about the server. */
export interface ServeOptions {
  host: string | undefined;
  port: number | undefined;
  database: string | undefined;
  dev: boolean;
}

/** How long the end waits for a slow reader of the last messages, ms. */
const FLUSH_LIMIT_MS = 2_000;

/** Runs the server until a signal ends it. @throws {RatchetError} when it can't be started */
export async function serve(options: ServeOptions, loaded: LoadedConfig): Promise<number> {
  const { values: config, origins } = withOptions(loaded, options);
  const format = config["logging.format"];
  const asText = format === "auto" ? isTerminal("stdout") : format === "text";
  const signalled = Promise.withResolvers<EndSignal>();
  // From here on: a signal during the start ends the server in good order as soon as it stands.
  const interrupt = onInterrupt(signalled.resolve);
  const logs = await createLogWriter(asText, logFileOf(config));
  const logger = createLogger(config["logging.level"], logs.record);
  try {
    const started = { config, origins, env: processEnvironment(), logger, dev: options.dev, onLines: logs.lines };
    const app = await startApp(started);
    const { message, fields } = readyMessage(app, process.cwd());
    logs.announce(announcement(app, process.cwd(), asText), message, fields);
    app.kept.info(message, fields);
    const signal = await signalled.promise;
    const graceMs = config["server.shutdown_grace"];
    const grace = `running jobs have ${formatDuration(graceMs)} to finish, a second signal ends them at once`;
    app.logger.info(`${signal}: stopping; ${grace}`, { signal });
    await app.stop(graceMs);
    logger.info("stopped");
    return EXIT.done;
  } finally {
    await logs.flush(FLUSH_LIMIT_MS);
    interrupt.ignore();
  }
}

function logFileOf(config: ConfigValues): LogFileSettings | undefined {
  const path = config["logging.file.path"];
  if (path === undefined) return undefined;
  return {
    path,
    maxBytes: config["logging.file.max_size"],
    maxFiles: config["logging.file.max_files"],
    asText: config["logging.format"] === "text",
  };
}

/** Returns the configuration with what the options of the command line replace. */
function withOptions(
  { values, origins }: LoadedConfig,
  { host, port, database, dev }: ServeOptions,
): Pick<LoadedConfig, "values" | "origins"> {
  const given = defined({
    "server.host": host,
    "server.port": port,
    "server.database.url": database,
    "logging.level": dev ? ("debug" as const) : undefined,
  });
  const option = (name: string) => ({ from: "option", option: name }) as const;
  return {
    values: { ...values, ...given },
    origins: {
      ...origins,
      ...defined({
        "server.host": host === undefined ? undefined : option("--host"),
        "server.port": port === undefined ? undefined : option("--port"),
        "server.database.url": database === undefined ? undefined : option("--database"),
        "logging.level": dev ? option("--dev") : undefined,
      }),
    },
  };
}
