import { EXECUTION_STATUSES } from "../../domain/execution-record.ts";
import { JOB_STATUSES } from "../../domain/job.ts";
import type { Stats } from "../../store/contract/control.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { JOB_COUNTS } from "../resources/job-parts.ts";
import type { View } from "../resources/resource.ts";
import { limitsView, TASK, TASK_LIMITS } from "../resources/task.ts";
import type { Builder, Enums } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";

/** Numbers of jobs, by status. */
export type JobCounts = Stats["jobs"];

/** Stats of executions. */
export type ExecutionStats = Pick<Stats, "executions" | "meanDurationMs">;

/** Adds the types of stats. */
export function addStatsTypes(builder: Builder, enums: Enums) {
  const jobStats = builder.objectRef<JobCounts>("JobStats").implement({
    description: "Jobs that are kept, by status.",
    fields: (t) => ({
      ...exposedFields(t, enums, JOB_COUNTS, []),
      total: t.int({ resolve: (counts) => sum(Object.values(counts)) }),
    }),
  });
  const executionStats = builder.objectRef<ExecutionStats>("ExecutionStats").implement({
    description: "Executions that are kept, by status.",
    fields: (t) => ({
      total: t.int({ resolve: ({ executions }) => sum(Object.values(executions)) }),
      pending: t.int({ resolve: ({ executions }) => executions.pending }),
      running: t.int({ resolve: ({ executions }) => executions.running }),
      sleeping: t.int({ resolve: ({ executions }) => executions.sleeping }),
      paused: t.int({ resolve: ({ executions }) => executions.paused }),
      needs_attention: t.int({ resolve: ({ executions }) => executions.needs_attention }),
      completed: t.int({ resolve: ({ executions }) => executions.completed }),
      failed: t.int({ resolve: ({ executions }) => executions.failed }),
      cancelled: t.int({ resolve: ({ executions }) => executions.cancelled }),
      averageDurationMs: t.float({
        nullable: true,
        description: "Mean duration of completed executions, in ms; null before the first one completes.",
        resolve: ({ meanDurationMs }) => meanDurationMs,
      }),
      successRate: t.float({
        nullable: true,
        description:
          "Share of completed executions among those that completed or failed, 0 to 1; null before the first of them.",
        resolve: ({ executions: { completed, failed } }) =>
          completed + failed === 0 ? null : completed / (completed + failed),
      }),
    }),
  });
  return { jobStats, executionStats };
}

/** Adds the type of tasks. */
export function addTaskType(builder: Builder, enums: Enums, stats: ReturnType<typeof addStatsTypes>) {
  const limits = addLimitsType(builder, enums);
  return builder.objectRef<TaskRecord>("Task").implement({
    description: "A function with JSON Schemas for its input and output.",
    fields: (t) => ({
      ...exposedFields(t, enums, TASK, ["version"]),
      version: t.exposeString("version", {
        description: "Newest available version, unless the query selects another.",
      }),
      availableVersions: t.stringList({
        description: "Versions that can be run, newest first.",
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
      kind: t.string({
        nullable: true,
        description:
          "What its program is: program (code) or workflow (workflow.yaml); null while no source can provide the task.",
        resolve: async (task, _args, { loaders }) => (await loaders.contract.load(task)).kind,
      }),
      hasReadme: t.boolean({
        description: "Whether its newest version has a README.",
        resolve: async (task, _args, { loaders }) => (await loaders.contract.load(task)).hasReadme,
      }),
      limits: t.field({
        type: limits,
        nullable: true,
        async resolve(task, _args, { loaders }) {
          const contract = await loaders.contract.load(task);
          return contract.limits === null ? null : limitsView(contract.limits);
        },
      }),
      registrySource: t.string({
        nullable: true,
        resolve: ({ source }) => source,
      }),
      jobStats: t.field({
        type: stats.jobStats,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.stats.load(id))?.jobs ?? countsOf(JOB_STATUSES),
      }),
      executionStats: t.field({
        type: stats.executionStats,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.stats.load(id)) ?? noExecutions(),
      }),
    }),
  });
}

function addLimitsType(builder: Builder, enums: Enums) {
  return builder.objectRef<View<typeof TASK_LIMITS>>("TaskLimits").implement({
    fields: (t) => exposedFields(t, enums, TASK_LIMITS, []),
  });
}

const noExecutions = (): ExecutionStats => ({ executions: countsOf(EXECUTION_STATUSES), meanDurationMs: null });

/** Zero for each of some statuses. */
function countsOf<Status extends string>(statuses: readonly Status[]): Record<Status, number> {
  return Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
