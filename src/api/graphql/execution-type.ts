import type { ExecutionRecord } from "../../domain/execution-record.ts";
import type { StoredLog } from "../../store/contract/executions.ts";
import { storedValue, storedValueOrNull } from "../resources/stored-json.ts";
import type { Builder, Enums } from "./builder.ts";
import type { addErrorType } from "./error-type.ts";
import type { addTaskType } from "./task-type.ts";

/** Adds the type of executions. */
export function addExecutionType(
  builder: Builder,
  enums: Enums,
  taskType: ReturnType<typeof addTaskType>,
  errorType: ReturnType<typeof addErrorType>,
) {
  return builder.objectRef<ExecutionRecord>("Execution").implement({
    description: "One attempt, of a job or direct.",
    fields: (t) => ({
      id: t.exposeInt("id"),
      jobId: t.exposeInt("jobId", { nullable: true }),
      taskId: t.exposeInt("taskId"),
      task: t.field({
        type: taskType,
        nullable: true,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      version: t.exposeString("version", { nullable: true }),
      attempt: t.exposeInt("attempt"),
      status: t.expose("status", { type: enums.executionStatus }),
      input: t.field({
        type: "JSON",
        nullable: true,
        resolve: async ({ id }, _args, { loaders }) => {
          const detail = await loaders.execution.load(id);
          return detail === undefined ? null : storedValue(detail.inputJson);
        },
      }),
      output: t.field({
        type: "JSON",
        nullable: true,
        resolve: async ({ id }, _args, { loaders }) =>
          storedValueOrNull((await loaders.execution.load(id))?.outputJson ?? null),
      }),
      error: t.expose("error", { type: errorType, nullable: true }),
      workerId: t.exposeString("workerId"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
      finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
      durationMs: t.exposeFloat("durationMs", { nullable: true }),
      queueWaitMs: t.exposeFloat("queueWaitMs"),
      cpuMs: t.exposeFloat("cpuMs", { nullable: true }),
      peakMemoryBytes: t.exposeFloat("peakMemoryBytes", { nullable: true }),
      fetchCount: t.exposeInt("fetchCount", { nullable: true }),
      fetchBytes: t.exposeFloat("fetchBytes", { nullable: true }),
      logCount: t.exposeInt("logCount"),
    }),
  });
}

/** Adds the type of console lines. */
export function addLogType(builder: Builder) {
  return builder.objectRef<StoredLog>("LogLine").implement({
    description: "A line of a task's console.",
    fields: (t) => ({
      seq: t.exposeInt("seq"),
      level: t.exposeString("level"),
      message: t.exposeString("message"),
      time: t.expose("time", { type: "DateTime" }),
    }),
  });
}
