import type { Job } from "../../domain/job.ts";
import { storedValue, storedValueOrNull } from "../views/stored-json.ts";
import type { Builder, Enums } from "./builder.ts";
import type { addErrorType } from "./error-type.ts";
import type { addExecutionType } from "./execution-type.ts";
import type { addTaskType } from "./task-type.ts";

/** Latest attempts of a job that are told. */
const MAX_EXECUTIONS = 100;

/** Types of what a job leads to. */
interface JobParts {
  taskType: ReturnType<typeof addTaskType>;
  executionType: ReturnType<typeof addExecutionType>;
  errorType: ReturnType<typeof addErrorType>;
}

/** Adds the type of jobs. It leads to executions and they don't lead back: no query grows without end. */
export function addJobType(builder: Builder, enums: Enums, { taskType, executionType, errorType }: JobParts) {
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
      version: t.exposeString("version", { nullable: true }),
      priority: t.expose("priority", { type: enums.jobPriority }),
      input: t.field({ type: "JSON", nullable: true, resolve: ({ inputJson }) => storedValue(inputJson) }),
      output: t.field({
        type: "JSON",
        nullable: true,
        resolve: async ({ status, executionId }, _args, { loaders }) => {
          if (status !== "completed" || executionId === null) return null;
          return storedValueOrNull((await loaders.execution.load(executionId))?.outputJson ?? null);
        },
      }),
      progress: t.field({ type: "JSON", nullable: true, resolve: ({ progress }) => progress }),
      error: t.expose("error", { type: errorType, nullable: true }),
      attempts: t.exposeInt("attempts", {}),
      retries: t.exposeInt("retries"),
      maxRetries: t.exposeInt("maxRetries", {
        nullable: true,
      }),
      rescues: t.exposeInt("rescues"),
      idempotencyKey: t.exposeString("idempotencyKey", { nullable: true }),
      uniqueKey: t.exposeString("uniqueKey", { nullable: true }),
      concurrencyKey: t.exposeString("concurrencyKey", { nullable: true }),
      tags: t.stringList({ resolve: ({ tags }) => [...tags] }),
      scheduleId: t.exposeInt("scheduleId", { nullable: true }),
      scheduledAt: t.expose("scheduledAt", {
        type: "DateTime",
        nullable: true,
      }),
      executionId: t.exposeInt("executionId", { nullable: true }),
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
