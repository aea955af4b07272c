import type { ExecutionLimits } from "../../domain/limits.ts";
import type { Stats } from "../../store/contract/control.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { Builder } from "./builder.ts";

/** Counts of jobs, by status and in all. */
export type JobCounts = Stats["jobs"];

/** Stats of executions. */
export type ExecutionStats = Pick<Stats, "executions" | "meanDurationMs">;

/** Adds the types of stats. */
export function addStatsTypes(builder: Builder) {
  const jobStats = builder.objectRef<JobCounts>("JobStats").implement({
    description: "Jobs that are kept, by status.",
    fields: (t) => ({
      total: t.int({ resolve: (counts) => sum(Object.values(counts)) }),
      queued: t.exposeInt("queued"),
      processing: t.exposeInt("processing"),
      retrying: t.exposeInt("retrying"),
      completed: t.exposeInt("completed"),
      failed: t.exposeInt("failed"),
      cancelled: t.exposeInt("cancelled"),
    }),
  });
  const executionStats = builder.objectRef<ExecutionStats>("ExecutionStats").implement({
    description: "Executions that are kept, by status.",
    fields: (t) => ({
      total: t.int({ resolve: ({ executions }) => sum(Object.values(executions)) }),
      pending: t.int({ resolve: ({ executions }) => executions.pending }),
      running: t.int({ resolve: ({ executions }) => executions.running }),
      completed: t.int({ resolve: ({ executions }) => executions.completed }),
      failed: t.int({ resolve: ({ executions }) => executions.failed }),
      cancelled: t.int({ resolve: ({ executions }) => executions.cancelled }),
      averageDurationMs: t.float({
        nullable: true,
        description: "Of completed ones; null when there is none.",
        resolve: ({ meanDurationMs }) => meanDurationMs,
      }),
      successRate: t.float({
        nullable: true,
        description: "Completed among those that completed or failed, 0 to 1; null when there is none.",
        resolve: ({ executions: { completed, failed } }) =>
          completed + failed === 0 ? null : completed / (completed + failed),
      }),
    }),
  });
  return { jobStats, executionStats };
}

/** Adds the type of tasks. */
export function addTaskType(builder: Builder, stats: ReturnType<typeof addStatsTypes>) {
  const limits = addLimitsType(builder);
  return builder.objectRef<TaskRecord>("Task").implement({
    description: "What can be run.",
    fields: (t) => ({
      id: t.exposeInt("id"),
      uuid: t.exposeString("uuid"),
      version: t.exposeString("version", { description: "Newest available one, unless another was asked for." }),
      label: t.exposeString("label"),
      description: t.exposeString("description"),
      availableVersions: t.stringList({
        description: "Newest first.",
        resolve: (task, _args, { services }) => services.tasks.availableVersions(task),
      }),
      inputSchema: t.field({
        type: "JSON",
        nullable: true,
        resolve: async (task, _args, { loaders }) => (await loaders.contract.load(task)).inputSchema,
      }),
      outputSchema: t.field({
        type: "JSON",
        nullable: true,
        resolve: async (task, _args, { loaders }) => (await loaders.contract.load(task)).outputSchema,
      }),
      limits: t.field({
        type: limits,
        nullable: true,
        resolve: async (task, _args, { loaders }) => (await loaders.contract.load(task)).limits,
      }),
      source: t.exposeString("source", { nullable: true }),
      registrySource: t.string({
        nullable: true,
        resolve: ({ source }) => source,
      }),
      enabled: t.exposeBoolean("enabled"),
      inSync: t.exposeBoolean("inSync"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      updatedAt: t.expose("updatedAt", { type: "DateTime" }),
      validatedAt: t.expose("validatedAt", { type: "DateTime", nullable: true }),
      jobStats: t.field({
        type: stats.jobStats,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.stats.load(id))?.jobs ?? NO_JOBS,
      }),
      executionStats: t.field({
        type: stats.executionStats,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.stats.load(id)) ?? NO_EXECUTIONS,
      }),
    }),
  });
}

function addLimitsType(builder: Builder) {
  return builder.objectRef<ExecutionLimits>("TaskLimits").implement({
    fields: (t) => ({
      time: t.exposeFloat("timeMs"),
      memory: t.exposeFloat("memoryBytes"),
      stack: t.exposeFloat("stackBytes"),
      output: t.exposeFloat("outputBytes"),
      logs: t.exposeFloat("logBytes"),
      fetches: t.exposeInt("fetchCount"),
      fetchResponse: t.exposeFloat("fetchResponseBytes"),
      fetchTotal: t.exposeFloat("fetchTotalBytes"),
    }),
  });
}

const NO_JOBS: JobCounts = { queued: 0, processing: 0, retrying: 0, completed: 0, failed: 0, cancelled: 0 };
const NO_EXECUTIONS: ExecutionStats = {
  executions: { pending: 0, running: 0, completed: 0, failed: 0, cancelled: 0 },
  meanDurationMs: null,
};

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
