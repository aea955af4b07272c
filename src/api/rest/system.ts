import { buildInfo } from "../../lib/build-info.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { ReadinessCheck } from "../dependencies.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";

const METRICS = `# HELP ratchet_queue_depth Jobs that wait.
# TYPE ratchet_queue_depth gauge
ratchet_queue_depth 2
`;

/** What the routes about the server need. */
export interface SystemDependencies {
  clock: Clock;
  readiness: () => Promise<readonly ReadinessCheck[]>;
  metrics: () => Promise<Metrics>;
}

/** Routes about the server itself. */
export function systemRoutes(deps: SystemDependencies): Route[] {
  const startedAt = deps.clock.monotonic();
  return [
    defineRoute({
      method: "GET",
      path: "/health",
      access: "public",
      id: "getHealth",
      tag: "server",
      summary: "Is the process alive?",
      description: "Responds as long as the process runs, without touching the database.",
      responses: { 200: { description: "The process is alive.", schema: "Health" } },
      handle() {
        const { version } = buildInfo();
        const uptimeSeconds = Math.floor((deps.clock.monotonic() - startedAt) / 1_000);
        return json({ status: "ok", version, uptimeSeconds });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/ready",
      access: "public",
      id: "getReadiness",
      tag: "server",
      summary: "Is the server ready to accept and run jobs?",
      description: "Checks the database and the worker.",
      responses: {
        200: { description: "The server can take jobs and run them.", schema: "Readiness" },
        503: {
          description: "Something does not, and `checks` says what.",
          schema: "Readiness",
          example: {
            status: "not ready",
            ready: false,
            checks: [
              { name: "database", ok: true },
              { name: "worker", ok: false, message: "The server is starting or stopping." },
            ],
          },
        },
      },
      async handle() {
        const checks = await deps.readiness();
        const ready = checks.every(({ ok }) => ok);
        return json({ status: ready ? "ready" : "not ready", ready, checks }, ready ? 200 : 503);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/version",
      access: "public",
      id: "getVersion",
      tag: "server",
      summary: "What this executable was made from",
      description: "Names the version, the commit and the runtime of the program.",
      responses: { 200: { description: "Version, commit and date of the build.", schema: "Version" } },
      handle: () => json({ name: "ratchet", ...buildInfo(), bun: Bun.version }),
    }),
    defineRoute({
      method: "GET",
      path: "/metrics",
      access: "read",
      id: "getMetrics",
      tag: "server",
      summary: "Stats for Prometheus",
      description: "The text format of Prometheus.",
      responses: {
        200: { description: "The metrics, in text format 0.0.4.", contentType: "text/plain", example: METRICS },
      },
      async handle() {
        const { text, contentType } = await deps.metrics();
        return new Response(await text(), { headers: { "content-type": contentType, "cache-control": "no-store" } });
      },
    }),
  ];
}
