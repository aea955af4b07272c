import { portOf } from "../http/policy/match-rule.ts";
import { ownServer } from "../http/policy/own-server.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import { watchEventLoop } from "../telemetry/event-loop-watch.ts";
import { buildApi } from "./api.ts";
import type { Base } from "./foundation.ts";
import type { Health } from "./health.ts";
import { buildNotifier } from "./notifier.ts";
import type { Work } from "./work.ts";

/** How long the last responses may take after the grace period, ms. */
const LAST_RESPONSES_MS = 1_000;

/** Starts everything in order. @returns the address of the server */
export async function startParts(base: Base, work: Work, health: Health, shutdown: Shutdown): Promise<string> {
  const { registry, executor, options, own } = base;
  const { worker, direct, scheduler, retention, idle } = work;
  const { config } = options;
  const registered = Promise.withResolvers<void>();
  registered.promise.catch(() => {});
  const { lifecycle, memory } = health;
  shutdown.add(() => executor.stop());
  await registry.start();
  shutdown.add((graceMs) => registry.stop(graceMs));
  let url = "";
  const notifier = buildNotifier(base, () => url, shutdown);
  const api = buildApi(base, { ...work, notifier }, { registered: registered.promise, health });
  url = await api.start({ host: config["server.host"], port: config["server.port"] });
  if (config["metrics.enabled"]) {
    const stopWatching = watchEventLoop(base.clock, base.measurements.eventLoopLag);
    shutdown.add(async () => stopWatching());
  }
  own.server = ownServer(config["server.host"], portOf(new URL(url)));
  memory.start();
  shutdown.add(async () => memory.stop());
  shutdown.add(async (graceMs) => {
    const deadline = base.clock.monotonic() + graceMs;
    const drained = lifecycle.drainedFor(config["server.drain_delay"]);
    // At the same time: each has the whole grace period for what it runs. Until then the server listens and says so.
    await Promise.all([direct.stop(graceMs), worker.stop(graceMs), drained]);
    // What is cancelled at the end of the grace period still gets its response.
    await api.stop(Math.max(0, deadline - base.clock.monotonic()) + LAST_RESPONSES_MS);
  });
  // Only after the address is ours: a second server on the same port must not claim jobs.
  await notifier.start();
  await worker.start();
  registered.resolve();
  await scheduler.start();
  shutdown.add((graceMs) => scheduler.stop(graceMs));
  shutdown.add(async () => idle.stop());
  await retention.start();
  shutdown.add((graceMs) => retention.stop(graceMs));
  lifecycle.work();
  return url;
}
