import { portOf } from "../http/policy/match-rule.ts";
import { ownServer } from "../http/policy/own-server.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import { watchEventLoop } from "../telemetry/event-loop-watch.ts";
import { buildApi } from "./api.ts";
import type { Base } from "./foundation.ts";
import type { Work } from "./work.ts";

/** How long the last responses may take after the grace period, ms. */
const LAST_RESPONSES_MS = 1_000;

/** Starts everything in order. @returns the address of the server */
export async function startParts(base: Base, work: Work, shutdown: Shutdown): Promise<string> {
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
  if (config["metrics.enabled"]) {
    const stopWatching = watchEventLoop(base.clock, base.measurements.eventLoopLag);
    shutdown.add(async () => stopWatching());
  }
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
