import type { Static } from "typebox";
import { defined, given } from "../../lib/defined.ts";
import type { JobRequest } from "../../service/jobs/prepare-job.ts";
import { NEW_JOB } from "../resources/job.ts";
import { acceptedFields } from "./accepted-fields.ts";
import type { Builder, Enums } from "./builder.ts";
import { requiredTask, type TaskNames } from "./references.ts";

/** Former names of members, which are still accepted. */
export const FORMER_NAMES = { input: "inputData", task: "taskId" } as const;

type NewJobMembers = typeof NEW_JOB.properties;

/** Members that GraphQL has in another form, because it also accepts their former names. */
type Renamed = "task" | "input" | "runAt";

/** A job as a request describes it. */
export type SentJob = TaskNames & {
  [K in Exclude<keyof NewJobMembers, Renamed>]?: Static<NewJobMembers[K]> | null | undefined;
} & {
  input?: unknown;
  inputData?: unknown;
  /** ms since the epoch. */
  runAt?: number | null | undefined;
};

/** Adds the input that describes a job to create. */
export function addJobInput(builder: Builder, enums: Enums) {
  const { task, input, runAt, ...members } = NEW_JOB.properties;
  return builder.inputRef<SentJob>("ExecuteTaskInput").implement({
    fields: (t) => ({
      task: t.id({ required: false, description: "The task to run: its label, uuid or id." }),
      taskId: t.int({ required: false, description: "Id of the task to run." }),
      runAt: t.field({ type: "DateTime", required: false, description: "The job does not start before this time." }),
      ...acceptedFields(t, enums, {
        ...members,
        input: { description: "A value, or JSON text. Default: {}." },
        inputData: { description: "Former name of input." },
      }),
    }),
  });
}

/** @param pointer where the job is in the request @throws {RatchetError} USAGE unless it names one task */
export function jobRequestOf(sent: SentJob, pointer: string): JobRequest {
  const { task, taskId, input, inputData, ...rest } = sent;
  const value = input === undefined ? inputData : input;
  return {
    ...given(rest),
    task: requiredTask({ task, taskId }, pointer),
    ...defined({ input: value }),
  };
}
