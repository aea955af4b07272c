import { JOB_PRIORITIES, MAX_BATCH_SIZE } from "../../domain/job.ts";
import { LONGEST_ERROR_CODE } from "../../domain/request-bounds.ts";
import { BULK_ACTIONS } from "../../service/jobs/bulk.ts";
import { NEW_JOB } from "./job.ts";
import { JOB_STATUS, KEY, TASK_REFERENCE, TIME, VERSION } from "./request-parts.ts";

/** Members of a job by which it is found, beside its status, its task and its schedule. */
export const JOB_MEMBER_CONDITIONS = {
  priority: { enum: JOB_PRIORITIES, description: "Only jobs of this priority." },
  idempotencyKey: { ...KEY, description: "Only the job with this idempotency key." },
  uniqueKey: { ...KEY, description: "Only jobs with this unique key, including finished ones." },
  concurrencyKey: { ...KEY, description: "Only jobs with this concurrency key." },
  correlationKey: { ...KEY, description: "Only jobs with this correlation key, including finished ones." },
  version: {
    ...VERSION,
    description: "Only jobs that are pinned to exactly this version of their task.",
  },
  parentExecutionId: {
    type: "integer",
    minimum: 1,
    description: "Only jobs that the run of this execution has started, with a call or a map.",
  },
  errorCode: {
    type: "string",
    minLength: 1,
    maxLength: LONGEST_ERROR_CODE,
    description: "Only jobs whose latest attempt failed with this code, such as TASK_FAILED.",
  },
  tag: { ...KEY, description: "Only jobs with this tag." },
} as const;

/** All conditions on jobs. */
export const JOB_CONDITIONS = {
  status: { type: "array", items: JOB_STATUS, minItems: 1, description: "Only jobs in one of these statuses." },
  task: { ...TASK_REFERENCE, description: "Only jobs of this task: its label, uuid or id." },
  scheduleId: { type: "integer", minimum: 1, description: "Only jobs that this schedule created." },
  ...JOB_MEMBER_CONDITIONS,
  createdFrom: { ...TIME, description: "Only jobs created at this time or later." },
  createdTo: { ...TIME, description: "Only jobs created before this time." },
} as const;

/** Changes of a waiting job. */
export const JOB_CHANGE = {
  type: "object",
  properties: {
    priority: { enum: JOB_PRIORITIES, description: "How urgent the job is: more urgent jobs start first." },
    runAt: { ...TIME, description: "The job does not start before this time: ISO 8601 with a zone, or ms since 1970." },
  },
  minProperties: 1,
  additionalProperties: false,
} as const;

/** Jobs that are asked for together. */
export const NEW_JOBS = {
  type: "object",
  properties: {
    jobs: { type: "array", items: NEW_JOB, minItems: 1, maxItems: MAX_BATCH_SIZE, description: "The jobs to create." },
    onComplete: {
      ...NEW_JOB,
      description:
        "A job that starts when all others of the batch have ended. Without an input, its input is what has become of them.",
    },
  },
  required: ["jobs"],
  additionalProperties: false,
} as const;

/** What is done to all jobs that match. */
export const BULK = {
  type: "object",
  properties: {
    action: { enum: BULK_ACTIONS, description: "What to do with each job." },
    filter: {
      type: "object",
      description: "All conditions must match. A filter without conditions needs `all`.",
      properties: {
        ...JOB_CONDITIONS,
        task: TASK_REFERENCE,
      },
      additionalProperties: false,
    },
    all: { type: "boolean", description: "Confirms that every job is meant if the filter has no condition." },
    dryRun: { type: "boolean", default: false, description: "Only count the jobs." },
  },
  required: ["action"],
  additionalProperties: false,
} as const;
