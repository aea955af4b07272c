import { given } from "../../lib/defined.ts";
import type { DirectExecutionResult } from "../../service/executions/execute-directly.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import { FORMER_NAMES } from "./job-input.ts";
import type { ObjectTypes } from "./object-types.ts";
import { requiredTask } from "./references.ts";

/** Adds the mutations that run tasks directly and change tasks. */
export function addTaskMutations(builder: Builder, types: ObjectTypes): void {
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
    executeTaskDirect: t.field({
      type: directResult,
      description: "Runs a task now and waits for its output. Nothing is retried.",
      args: {
        task: t.arg.id({ required: false }),
        taskId: t.arg.int({ required: false }),
        input: t.arg({ type: "JSON", required: false, description: "A value, or JSON text. Default: {}." }),
        inputData: t.arg({ type: "JSON", required: false, description: "Former name of input." }),
        version: t.arg.string({ required: false }),
      },
      async resolve(_root, args, { services, signal }) {
        const { task, taskId, input, inputData, version } = args;
        const value = input === undefined ? inputData : input;
        const request = { task: requiredTask({ task, taskId }), input: value, ...given({ version }) };
        return pointingAtSent({ members: args, former: FORMER_NAMES, pointer: "" }, () =>
          services.executions.run(request, "/input", signal),
        );
      },
    }),
    updateTaskStatus: t.field({
      type: types.task,
      description: "Enables or disables a task. A disabled task accepts no new jobs, and its jobs wait.",
      args: { id: t.arg.int(), enabled: t.arg.boolean() },
      resolve: (_root, { id, enabled }, { services }) => services.tasks.setEnabled(id, enabled),
    }),
    cancelExecution: t.field({
      type: types.execution,
      description: "Cancels a running execution, and its job.",
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { services }) => services.executions.cancel(id),
    }),
    retryExecution: t.field({
      type: types.job,
      description:
        "Runs an execution again: requeues its job or, for a direct execution, creates a job with the same input.",
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { services }) => services.executions.retry(id),
    }),
  }));
}
