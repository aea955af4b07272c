import { given } from "../../lib/defined.ts";
import type { DirectExecutionResult } from "../../service/executions/execute-directly.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Names of members before they were those of REST. */
const FORMER_NAMES = { input: "inputData", task: "taskId" } as const;

/** Adds the mutations that run tasks and change tasks and jobs. */
export function addTaskMutations(builder: Builder, types: ObjectTypes): void {
  const executeInput = builder.inputType("ExecuteTaskInput", {
    fields: (t) => ({
      taskId: t.int(),
      inputData: t.field({ type: "JSON", required: false, description: "A value, or JSON text; {} when absent." }),
      priority: t.field({ type: types.enums.jobPriority, required: false }),
      version: t.string({ required: false, description: "Exact version; the newest when absent." }),
      runAt: t.field({ type: "DateTime", required: false, description: "Not before this time." }),
      maxRetries: t.int({ required: false }),
      idempotencyKey: t.string({ required: false }),
    }),
  });
  const directResult = builder.objectRef<DirectExecutionResult>("DirectResult").implement({
    description: "How a direct execution ended.",
    fields: (t) => ({
      success: t.exposeBoolean("success"),
      output: t.field({ type: "JSON", nullable: true, resolve: ({ output }) => output }),
      error: t.string({
        nullable: true,
        description: "Why it failed, for people.",
        resolve: ({ error }) => (error === null ? null : String(error.message)),
      }),
      errorDetails: t.field({ type: "JSON", nullable: true, resolve: ({ error }) => error }),
      durationMs: t.exposeFloat("durationMs", { nullable: true }),
      executionId: t.exposeInt("executionId"),
      version: t.exposeString("version", { nullable: true }),
    }),
  });

  builder.mutationFields((t) => ({
    executeTask: t.field({
      type: types.job,
      description: "Creates a job.",
      args: { input: t.arg({ type: executeInput }) },
      async resolve(_root, { input }, { services }) {
        const { taskId, inputData, ...rest } = input;
        const request = { ...given(rest), task: taskId, ...(inputData !== undefined && { input: inputData }) };
        return pointingAtSent(
          { members: input, former: FORMER_NAMES },
          async () => (await services.jobs.create(request, "/input")).job,
        );
      },
    }),
    executeTaskDirect: t.field({
      type: directResult,
      description: "Runs a task now and waits for its output. Nothing is retried.",
      args: {
        taskId: t.arg.int(),
        inputData: t.arg({ type: "JSON", required: false, description: "A value, or JSON text; {} when absent." }),
        version: t.arg.string({ required: false }),
      },
      resolve: (_root, { taskId, inputData, version }, { services, signal }) =>
        services.executions.run({ task: taskId, input: inputData, ...given({ version }) }, "/inputData", signal),
    }),
    updateTaskStatus: t.field({
      type: types.task,
      description: "A disabled task takes no new jobs, and those it has wait.",
      args: { id: t.arg.int(), enabled: t.arg.boolean() },
      resolve: (_root, { id, enabled }, { services }) => services.tasks.setEnabled(id, enabled),
    }),
    cancelJob: t.field({
      type: types.job,
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { services }) => services.jobs.cancel(id),
    }),
    retryJob: t.field({
      type: types.job,
      description: "Requeues a failed or cancelled job, with all its retries.",
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { services }) => services.jobs.retry(id),
    }),
  }));
}
