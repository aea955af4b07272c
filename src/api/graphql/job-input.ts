import type { JobPriority } from "../../domain/job.ts";
import { given } from "../../lib/defined.ts";
import type { JobRequest } from "../../service/jobs/prepare-job.ts";
import type { Builder, Enums } from "./builder.ts";
import { requiredTask, type TaskNames } from "./references.ts";

/** Names of members before they were those of REST. */
export const FORMER_NAMES = { input: "inputData", task: "taskId" } as const;

/** Adds the input that describes a job to create. */
export function addJobInput(builder: Builder, enums: Enums) {
  return builder.inputType("ExecuteTaskInput", {
    fields: (t) => ({
      task: t.id({ required: false }),
      taskId: t.int({ required: false }),
      input: t.field({ type: "JSON", required: false, description: "A value, or JSON text; {} when absent." }),
      inputData: t.field({ type: "JSON", required: false, description: "The former name of input." }),
      priority: t.field({ type: enums.jobPriority, required: false }),
      version: t.string({ required: false, description: "Exact version; the newest when absent." }),
      runAt: t.field({ type: "DateTime", required: false, description: "Not before this time." }),
      maxRetries: t.int({ required: false }),
      idempotencyKey: t.string({ required: false }),
      uniqueKey: t.string({ required: false }),
      concurrencyKey: t.string({ required: false }),
      tags: t.stringList({ required: false }),
    }),
  });
}

/** A job as a request describes it. */
export interface SentJob extends TaskNames {
  input?: unknown;
  inputData?: unknown;
  priority?: JobPriority | null | undefined;
  version?: string | null | undefined;
  runAt?: number | null | undefined;
  maxRetries?: number | null | undefined;
  idempotencyKey?: string | null | undefined;
  uniqueKey?: string | null | undefined;
  concurrencyKey?: string | null | undefined;
  tags?: string[] | null | undefined;
}

/** @param pointer where the job is in the request @throws {RatchetError} USAGE unless it names one task */
export function jobRequestOf(sent: SentJob, pointer: string): JobRequest {
  const { task, taskId, input, inputData, ...rest } = sent;
  const value = input === undefined ? inputData : input;
  return {
    ...given(rest),
    task: requiredTask({ task, taskId }, pointer),
    ...(value !== undefined && { input: value }),
  };
}
