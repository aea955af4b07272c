import { configuredOptions } from "../http/configured-options.ts";
import { createHttpClient } from "../http/http-client.ts";
import { createTlsSettings } from "../http/tls-settings.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import { createNotifier, type Notifier } from "../service/notifications/notifier.ts";
import { errorText } from "../telemetry/logger.ts";
import type { Base } from "./foundation.ts";

/**
 * Creates what sends notifications. Its requests go wherever an administrator says, also to private addresses, so it has an HTTP
 * client of its own: without the rules, retries and circuit breakers of tasks.
 * @param listening returns the address at which the server listens
 */
export function buildNotifier(base: Base, listening: () => string, shutdown: Shutdown): Notifier {
  const { options, store, vault, clock, registry } = base;
  const { config, env, logger } = options;
  const { chain: _chain, network: _network, ...connecting } = configuredOptions(config, env, "any");
  const http = createHttpClient(connecting);
  const url = config["notifications.smtp.url"] ?? "";
  const notifier = createNotifier({
    store,
    vault,
    clock,
    sources: registry.sources,
    post: {
      send: http.send,
      mail:
        url === ""
          ? undefined
          : { url, from: config["notifications.smtp.from"], tls: createTlsSettings(connecting.tls ?? {}) },
      address: () => config["server.public_url"] || listening(),
    },
    configured: config["notifications.rules"] ?? [],
    onError: (error) => logger.error(`notifications: ${errorText(error)}`),
  });
  shutdown.add(async (graceMs) => {
    await notifier.stop(graceMs);
    await http.stop();
  });
  return notifier;
}
