import { type DirectAnswer, executeDirectly } from "../direct-execution.ts";
import { makeJob } from "../make-job.ts";
import { checkedInput, findRunnable, givenInput } from "../prepare-job.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";

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
  const directResult = builder.objectRef<DirectAnswer>("DirectResult").implement({
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
      description: "Makes a job.",
      args: { input: t.arg({ type: executeInput }) },
      async resolve(_root, { input }, { deps }) {
        const { taskId, inputData, priority, version, runAt, maxRetries, idempotencyKey } = input;
        const named = {
          ...(version == null ? {} : { version }),
          ...(idempotencyKey == null ? {} : { idempotencyKey }),
        };
        const { job } = await makeJob(deps, { task: taskId, input: inputData, ...named }, async () => {
          const runnable = await findRunnable(deps, taskId, version ?? null);
          const wishes = {
            ...(priority == null ? {} : { priority }),
            ...(runAt == null ? {} : { runAt }),
            ...(maxRetries == null ? {} : { maxRetries }),
          };
          const inputJson = await checkedInput(deps, runnable, givenInput(inputData), "/input/inputData");
          return { task: runnable.task, job: { taskId, inputJson, ...named, ...wishes } };
        });
        return job;
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
      resolve: (_root, { taskId, inputData, version }, { deps, signal }) =>
        executeDirectly(deps, {
          task: taskId,
          input: inputData,
          pointer: "/inputData",
          signal,
          ...(version == null ? {} : { version }),
        }),
    }),
    updateTaskStatus: t.field({
      type: types.task,
      description: "A disabled task takes no new jobs, and those it has wait.",
      args: { id: t.arg.int(), enabled: t.arg.boolean() },
      resolve: (_root, { id, enabled }, { deps }) => deps.store.tasks.setEnabled(id, enabled),
    }),
    cancelJob: t.field({
      type: types.job,
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { deps }) => deps.queue.cancel(id),
    }),
    retryJob: t.field({
      type: types.job,
      description: "Queues a failed or cancelled job anew, with all its retries.",
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { deps }) => deps.queue.retry(id),
    }),
  }));
}
