import { JOB_STATUSES } from "../../domain/job.ts";
import { COUNT, COUNT_OR_NULL, FLAG, ID, TEXT, TIME_OR_NULL } from "./parts.ts";
import { defineNullable, definePartialResource, defineResource } from "./resource.ts";

/** Members for the statuses of jobs that have not ended. */
const UNFINISHED = {
  queued: { ...COUNT, description: "Number of queued jobs." },
  processing: { ...COUNT, description: "Number of jobs that are running." },
  retrying: { ...COUNT, description: "Number of jobs that are waiting to be retried." },
  sleeping: { ...COUNT, description: "Number of jobs whose run sleeps." },
  paused: { ...COUNT, description: "Number of paused jobs." },
  needs_attention: { ...COUNT, description: "Number of jobs whose run can't go on by itself." },
} as const;

/** The numbers of jobs, by status. */
export const JOB_COUNTS = defineResource("Numbers of jobs that are kept, by status.", {
  ...UNFINISHED,
  completed: { ...COUNT, description: "Number of completed jobs that are kept." },
  failed: { ...COUNT, description: "Number of failed jobs that are kept." },
  cancelled: { ...COUNT, description: "Number of cancelled jobs that are kept." },
});

/** The numbers of jobs that have not ended, by status. */
export const UNFINISHED_COUNTS = defineResource("Numbers of jobs that have not ended, by status.", UNFINISHED);

/** A job of a batch. */
export const BATCH_JOB = defineResource("A job of a batch.", {
  id: { ...ID, description: "Id of the job." },
  status: { type: "string", enum: JOB_STATUSES, description: "Status of the job." },
  created: { ...FLAG, description: "Whether the request created the job." },
});

/** What became of a batch of jobs. */
export const JOB_BATCH = defineResource("The result of a batch.", {
  jobs: {
    type: "array",
    items: BATCH_JOB,
    description: "One entry for each job, in the order of the request.",
  },
  created: { ...COUNT, description: "Number of jobs that did not exist before." },
  onComplete: {
    ...defineNullable(BATCH_JOB),
    description: "The job that starts when all others have ended; null without one.",
  },
});

/** Why a job is not running. */
export const JOB_EXPLANATION = defineResource("Why a job is not running.", {
  jobId: { ...ID, description: "Id of the job." },
  reason: { ...TEXT, description: "The reason as a word, for programs." },
  message: { ...TEXT, description: "The reason, for people." },
  until: {
    ...TIME_OR_NULL,
    description: "When the reason will no longer apply; null if that does not depend on time alone.",
  },
  ahead: {
    ...COUNT_OR_NULL,
    description:
      "Number of jobs ahead of this one, counted up to 10,000; null if they are not the reason, or if the caller is limited to some tasks and they may be jobs of others.",
  },
  limit: { ...COUNT_OR_NULL, description: "The limit that holds the job back; null if no limit does." },
  running: {
    ...COUNT_OR_NULL,
    description: "Number of jobs that are running under that limit; null if no limit holds the job back.",
  },
});

/** What a bulk operation did. */
export const CHANGED = definePartialResource(
  "What a bulk operation did.",
  {
    changed: { ...COUNT, description: "Number of jobs that were changed or, in a dry run, would be changed." },
    dryRun: { const: true, description: "Present if the request only counted jobs." },
  },
  ["dryRun"],
);
