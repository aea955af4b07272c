import type { Job } from "../../domain/job.ts";
import { storedValue, storedValueOrNull } from "../views/stored-json.ts";
import type { Builder, Enums } from "./builder.ts";
import type { addExecutionType } from "./execution-type.ts";
import type { addTaskType } from "./task-type.ts";

/** Latest attempts of a job that are told. */
const MAX_EXECUTIONS = 100;

/** Adds the type of jobs. It leads to executions and they don't lead back: no query grows without end. */
export function addJobType(
  builder: Builder,
  enums: Enums,
  taskType: ReturnType<typeof addTaskType>,
  executionType: ReturnType<typeof addExecutionType>,
) {
  return builder.objectRef<Job>("Job").implement({
    description: "Work to be done.",
    fields: (t) => ({
      id: t.exposeInt("id"),
      status: t.expose("status", { type: enums.jobStatus }),
      taskId: t.exposeInt("taskId"),
      task: t.field({
        type: taskType,
        nullable: true,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      version: t.exposeString("version", { nullable: true, description: "null for the newest when it runs." }),
      priority: t.expose("priority", { type: enums.jobPriority }),
      input: t.field({ type: "JSON", nullable: true, resolve: ({ inputJson }) => storedValue(inputJson) }),
      output: t.field({
        type: "JSON",
        nullable: true,
        description: "Of the latest execution, once completed.",
        resolve: async ({ status, executionId }, _args, { loaders }) => {
          if (status !== "completed" || executionId === null) return null;
          return storedValueOrNull((await loaders.execution.load(executionId))?.outputJson ?? null);
        },
      }),
      progress: t.field({ type: "JSON", nullable: true, resolve: ({ progress }) => progress }),
      error: t.expose("error", { type: "JSON", nullable: true }),
      attempts: t.exposeInt("attempts", {
        description: "How often it was started, and the attempt of its latest execution. Nothing sets it back.",
      }),
      retries: t.exposeInt("retries", { description: "Used up of maxRetries; 0 again after a retry by hand." }),
      maxRetries: t.exposeInt("maxRetries", {
        nullable: true,
        description: "null: as the task says when an attempt fails, else the server.",
      }),
      rescues: t.exposeInt("rescues"),
      idempotencyKey: t.exposeString("idempotencyKey", { nullable: true }),
      uniqueKey: t.exposeString("uniqueKey", { nullable: true }),
      concurrencyKey: t.exposeString("concurrencyKey", { nullable: true }),
      scheduleId: t.exposeInt("scheduleId", { nullable: true }),
      scheduledAt: t.expose("scheduledAt", {
        type: "DateTime",
        nullable: true,
        description: "The firing it was created for, by the plan; null without a schedule.",
      }),
      executionId: t.exposeInt("executionId", { nullable: true, description: "Latest one." }),
      executions: t.field({
        type: [executionType],
        description: `Attempts, oldest first; the latest ${MAX_EXECUTIONS}.`,
        resolve: async ({ id }, _args, { loaders }) => (await loaders.executionsOfJob.load(id)).slice(-MAX_EXECUTIONS),
      }),
      runAt: t.expose("runAt", { type: "DateTime" }),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
      finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
    }),
  });
}
