import { buildInfo } from "../../lib/build-info.ts";
import type { ReadinessCheck } from "../dependencies.ts";
import { READINESS_CHECK } from "../resources/server.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the queries for stats and health. */
export function addStatsQueries(builder: Builder, types: ObjectTypes): void {
  const taskStats = builder.objectRef<Record<"total" | "enabled" | "inSync", number>>("TaskStats").implement({
    fields: (t) => ({
      total: t.exposeInt("total"),
      enabled: t.exposeInt("enabled"),
      disabled: t.int({ resolve: ({ total, enabled }) => total - enabled }),
      inSync: t.exposeInt("inSync"),
    }),
  });
  const health = addHealthTypes(builder, types.enums);
  builder.queryFields((t) => ({
    taskStats: t.field({
      type: taskStats,
      resolve: (_root, _args, { services }) => services.stats.tasks(),
    }),
    jobStats: t.field({
      type: types.jobStats,
      args: { taskId: t.arg.int({ required: false }) },
      resolve: async (_root, { taskId }, { services }) => (await services.stats.ofJobs(taskId ?? undefined)).jobs,
    }),
    executionStats: t.field({
      type: types.executionStats,
      args: { taskId: t.arg.int({ required: false }) },
      resolve: (_root, { taskId }, { services }) => services.stats.ofJobs(taskId ?? undefined),
    }),
    health: t.field({ type: health, resolve: (_root, _args, { readiness }) => readiness() }),
  }));
}

function addHealthTypes(builder: Builder, enums: Enums) {
  const check = builder.objectRef<ReadinessCheck>("HealthCheck").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, READINESS_CHECK, ["message"]),
      message: t.string({ nullable: true, resolve: ({ message }) => message ?? null }),
    }),
  });
  return builder.objectRef<readonly ReadinessCheck[]>("Health").implement({
    fields: (t) => ({
      status: t.string({ resolve: (checks) => (checks.every(({ ok }) => ok) ? "ok" : "degraded") }),
      healthy: t.boolean({ resolve: (checks) => checks.every(({ ok }) => ok) }),
      version: t.string({ resolve: () => buildInfo().version }),
      checks: t.field({ type: [check], resolve: (checks) => [...checks] }),
    }),
  });
}
