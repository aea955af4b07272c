import { COUNT_OR_NULL, ID, TEXT } from "./parts.ts";
import { defineNullable, defineResource } from "./resource.ts";

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
