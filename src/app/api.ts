import { type Api, createApi } from "../api/api.ts";
import { apiSettings } from "../api/configured-settings.ts";
import { checkReadiness } from "../api/readiness.ts";
import { createBodyReader } from "../checking/body-reader.ts";
import { maskedOrigins } from "../service/http/masked-origins.ts";
import type { Base } from "./foundation.ts";
import type { Work } from "./work.ts";

/** How far the start has come. */
export interface Progress {
  /** Resolves when the worker is registered. */
  registered: Promise<void>;
  /** Returns true while jobs are claimed. */
  working: () => boolean;
}

/** Creates the doors of the server. */
export function buildApi(base: Base, { queue, scheduler, direct }: Work, { registered, working }: Progress): Api {
  const {
    options,
    store,
    vault,
    registry,
    http,
    checks,
    caps,
    checker,
    clock,
    measurements,
    access,
    executor,
    outbound,
    traces,
  } = base;
  const { config, origins, logger } = options;
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
    resources: { sandbox: executor.usage, outboundCalls: outbound.active },
    traces,
    access: access.services,
    accessControl: access.control,
    oidcLogin: access.login,
    readiness: () => checkReadiness(store, working),
    settings: apiSettings(config),
    config: { values: config, origins },
  });
}
