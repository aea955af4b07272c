import { buildInfo } from "../../lib/build-info.ts";
import type { ServerCache, ServerMemory } from "../../service/stats/server-memory.ts";
import type { ServerStats } from "../../service/stats/stats-service.ts";
import type { ReadinessCheck } from "../dependencies.ts";
import { CACHE, MEMORY } from "../resources/memory.ts";
import { READINESS_CHECK } from "../resources/server.ts";
import { SCHEDULE_COUNTS, STATS, TASK_COUNTS } from "../resources/stats.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";
import { optionalTask } from "./references.ts";

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
  const serverStats = addServerStatsType(builder, types);
  builder.queryFields((t) => ({
    taskStats: t.field({
      type: taskStats,
      resolve: (_root, _args, { services }) => services.stats.tasks(),
    }),
    jobStats: t.field({
      type: types.jobStats,
      args: { task: t.arg.id({ required: false }), taskId: t.arg.int({ required: false }) },
      resolve: async (_root, names, { services }) => (await services.stats.ofJobs(optionalTask(names))).jobs,
    }),
    executionStats: t.field({
      type: types.executionStats,
      args: { task: t.arg.id({ required: false }), taskId: t.arg.int({ required: false }) },
      resolve: (_root, names, { services }) => services.stats.ofJobs(optionalTask(names)),
    }),
    serverStats: t.field({
      type: serverStats,
      description: "Stats over everything that is kept.",
      resolve: (_root, _args, { services }) => services.stats.server(),
    }),
    health: t.field({ type: health, resolve: (_root, _args, { readiness }) => readiness() }),
  }));
}

function addServerStatsType(builder: Builder, { enums, jobStats, executionStats }: ObjectTypes) {
  const tasks = builder.objectRef<ServerStats["tasks"]>("TaskCounts").implement({
    fields: (t) => exposedFields(t, enums, TASK_COUNTS, []),
  });
  const schedules = builder.objectRef<ServerStats["schedules"]>("ScheduleCounts").implement({
    fields: (t) => exposedFields(t, enums, SCHEDULE_COUNTS, []),
  });
  const memory = builder.objectRef<ServerMemory>("ServerMemory").implement({
    fields: (t) => exposedFields(t, enums, MEMORY, []),
  });
  const cache = builder.objectRef<ServerCache>("ServerCache").implement({
    fields: (t) => exposedFields(t, enums, CACHE, []),
  });
  return builder.objectRef<ServerStats>("ServerStats").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, STATS, [
        "jobs",
        "executions",
        "tasks",
        "schedules",
        "directRunning",
        "workers",
        "memory",
        "caches",
      ]),
      jobs: t.expose("jobs", { type: jobStats }),
      executions: t.field({ type: executionStats, resolve: (stats) => stats }),
      tasks: t.expose("tasks", { type: tasks }),
      schedules: t.expose("schedules", { type: schedules }),
      directRunning: t.exposeInt("directRunning"),
      workers: t.exposeInt("workers"),
      memory: t.field({ type: memory, nullable: true, resolve: (stats) => stats.memory ?? null }),
      caches: t.field({ type: [cache], nullable: true, resolve: (stats) => stats.caches ?? null }),
    }),
  });
}

function addHealthTypes(builder: Builder, enums: Enums) {
  const check = builder.objectRef<ReadinessCheck>("HealthCheck").implement({
    fields: (t) => ({
      ...exposedFields(t, enums, READINESS_CHECK, ["reason", "message"]),
      reason: t.string({ nullable: true, resolve: ({ reason }) => reason ?? null }),
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
