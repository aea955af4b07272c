import { CHAIN_CONDITIONS } from "../../domain/job.ts";
import { COUNT, COUNT_OR_NULL, ID, TEXT } from "./parts.ts";
import { defineNullable, defineResource, type Typed } from "./resource.ts";

const IDS: Typed<readonly number[]> = { type: "array", items: { type: "integer", minimum: 1 } };

/** What has started a job. */
export const PARENT = defineResource("The operation of a run that has started the job.", {
  executionId: { ...ID, description: "Id of the execution that called." },
  number: { ...ID, description: "Number of the operation in its journal." },
  item: { ...COUNT_OR_NULL, description: "Place among the items of a map, from 0; null for a call." },
});

/** What a job goes on with. */
export const FORK = defineResource("The step of a finished run from which the job goes on.", {
  executionId: { ...ID, description: "Id of the execution that was forked." },
  step: { ...TEXT, description: "Name of the step from which it goes on." },
});

/** What has to have become of other jobs. */
export const CHAIN_CONDITION = {
  enum: CHAIN_CONDITIONS,
  description:
    "What has to have become of the jobs in `after`: all `completed`, at least one `failed`, or `any`. Default: completed; for `onComplete` of a batch any.",
} as const;

/** After which jobs a job starts. */
export const CHAIN = defineResource("After which jobs a job starts.", {
  jobs: { ...IDS, description: "The first 100 ids." },
  count: { ...COUNT, description: "Number of the jobs." },
  when: { type: "string", enum: CHAIN_CONDITIONS, description: "What has to have become of them." },
});

/** The same for any job. */
export const JOB_CHAIN = {
  ...defineNullable(CHAIN),
  description: "After which jobs the job starts; null for all other jobs.",
};

/** The run that has started a job. */
export const JOB_PARENT = {
  ...defineNullable(PARENT),
  description: "The operation of a run that has started the job; null for all other jobs.",
};

/** The run that a job goes on with. */
export const FORKED_FROM = {
  ...defineNullable(FORK),
  description: "The run and the step from which the job was forked; null for all other jobs.",
};
