import { type Api, createApi } from "../api/api.ts";
import { apiSettings } from "../api/configured-settings.ts";
import { checkReadiness } from "../api/readiness.ts";
import { createBodyReader } from "../checking/body-reader.ts";
import { admittedWork } from "../service/health/admission.ts";
import { maskedOrigins } from "../service/http/masked-origins.ts";
import type { Notifications } from "../service/notifications/notifier.ts";
import type { Base } from "./foundation.ts";
import type { Health } from "./health.ts";
import type { Work } from "./work.ts";

/** How far the start has come. */
export interface Progress {
  /** Resolves when the worker is registered. */
  registered: Promise<void>;
  /** What decides whether the server takes work. */
  health: Health;
}

/** Creates the doors of the server. */
export function buildApi(base: Base, work: Work & { notifier: Notifications }, { registered, health }: Progress): Api {
  const { queue, scheduler, direct } = admittedWork(work, health.admission);
  const { notifier } = work;
  const { lifecycle, memory, admission } = health;
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
    tracing,
  } = base;
  const { config, origins, logger } = options;
  return createApi({
    store,
    origins: () => maskedOrigins(http.origins(), vault),
    vault,
    queue,
    scheduler,
    notifier,
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
    resources: {
      sandbox: executor.usage,
      outboundCalls: outbound.active,
      recordingBytes: work.recordings.used,
      memory: memory.state,
      refused: admission.refused,
      credentials: access.remembered,
    },
    traces: tracing.traces,
    access: access.services,
    accessControl: access.control,
    oidcLogin: access.login,
    readiness: () => checkReadiness({ store, phase: lifecycle.phase, memoryLevel: () => memory.state().level }),
    settings: apiSettings(config),
    config: { values: config, origins },
  });
}
