import type { JsonValue } from "../../domain/json.ts";
import { buildInfo } from "../../lib/build-info.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Metrics } from "../../telemetry/metrics/metrics.ts";
import type { ReadinessCheck } from "../dependencies.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";

const METRICS = `# HELP ratchet_queue_depth Jobs that are waiting.
# TYPE ratchet_queue_depth gauge
ratchet_queue_depth 2
`;

/** What {@link systemRoutes} needs. */
export interface SystemDependencies {
  clock: Clock;
  readiness: () => Promise<readonly ReadinessCheck[]>;
  metrics: () => Promise<Metrics>;
}

const NOT_READY: JsonValue = {
  status: "draining",
  ready: false,
  reasons: ["draining"],
  checks: [
    { name: "database", ok: true },
    { name: "worker", ok: false, reason: "draining", message: "The server is stopping, and takes no new work." },
    { name: "memory", ok: true },
  ],
};

const GET_HEALTH = {
  method: "GET",
  path: "/health",
  access: "public",
  duringSetup: true,
  id: "getHealth",
  tag: "server",
  summary: "Is the process alive?",
  description: "Responds as long as the process is running, without using the database.",
  responses: { 200: { description: "The process is alive.", schema: "Health" } },
} as const;

const GET_READINESS = {
  method: "GET",
  path: "/ready",
  access: "public",
  id: "getReadiness",
  tag: "server",
  summary: "Is the server ready to accept and run jobs?",
  description:
    "Checks the database, the worker and the memory. After SIGTERM it is 503 with the reason `draining` as long as the server listens.",
  responses: {
    200: { description: "The server can accept and run jobs.", schema: "Readiness" },
    503: {
      description: "A part is not working; `checks` says which.",
      schema: "Readiness",
      example: NOT_READY,
    },
  },
} as const;

const GET_VERSION = {
  method: "GET",
  path: "/version",
  access: "public",
  id: "getVersion",
  tag: "server",
  summary: "Get the version of the server",
  description: "Returns version, commit and runtime of the executable.",
  responses: { 200: { description: "Version, commit and date of the build.", schema: "Version" } },
} as const;

const GET_METRICS = {
  method: "GET",
  path: "/metrics",
  access: "read",
  allTasks: true,
  id: "getMetrics",
  tag: "server",
  summary: "Get metrics for Prometheus",
  description: "Returns the text format of Prometheus.",
  responses: {
    200: { description: "The metrics, in text format 0.0.4.", contentType: "text/plain", example: METRICS },
  },
} as const;

/** Routes of the server itself. */
export function systemRoutes(deps: SystemDependencies): Route[] {
  const startedAt = deps.clock.monotonic();
  return [
    defineRoute({
      ...GET_HEALTH,
      handle() {
        const { version } = buildInfo();
        const uptimeSeconds = Math.floor((deps.clock.monotonic() - startedAt) / 1_000);
        return json({ status: "ok", version, uptimeSeconds });
      },
    }),
    defineRoute({
      ...GET_READINESS,
      async handle() {
        const checks = await deps.readiness();
        const ready = checks.every(({ ok }) => ok);
        const reasons = checks.flatMap(({ ok, reason }) => (ok || reason === undefined ? [] : [reason]));
        const notReady = reasons.includes("draining") ? "draining" : "not ready";
        return json({ status: ready ? "ready" : notReady, ready, reasons, checks }, ready ? 200 : 503);
      },
    }),
    defineRoute({
      ...GET_VERSION,
      handle: () => json({ name: "ratchet", ...buildInfo(), bun: Bun.version }),
    }),
    defineRoute({
      ...GET_METRICS,
      async handle() {
        const { text, contentType } = await deps.metrics();
        return new Response(await text(), { headers: { "content-type": contentType, "cache-control": "no-store" } });
      },
    }),
  ];
}
