import { JOB_PRIORITIES, MAX_TAGS } from "../../domain/job.ts";
import { JOB_CONDITIONS, NEW_JOB_MEMBERS } from "../descriptions/job.ts";

/** Priorities, as JSON Schema. */
export const PRIORITY = { enum: ["low", "normal", "high", "critical"], default: "normal" } as const;

/** A time that is sent. */
export const TIME = { type: ["string", "integer"], description: "ISO 8601 with a zone, or ms since 1970." } as const;

/** A task that is named. */
export const TASK_REFERENCE = {
  type: ["string", "integer"],
  maxLength: 1_000,
  description: "uuid or label of a task, or its id.",
} as const;

/** A key or a tag. */
export const KEY = { type: "string", minLength: 1, maxLength: 200 } as const;

/** Tags of a job. */
export const TAGS = { type: "array", items: KEY, maxItems: MAX_TAGS } as const;

/** Members of a job by which it is found, beside its status, its task and its schedule. */
export const JOB_MEMBER_CONDITIONS = {
  priority: { enum: JOB_PRIORITIES, description: JOB_CONDITIONS.priority },
  idempotencyKey: { ...KEY, description: JOB_CONDITIONS.idempotencyKey },
  uniqueKey: { ...KEY, description: JOB_CONDITIONS.uniqueKey },
  concurrencyKey: { ...KEY, description: JOB_CONDITIONS.concurrencyKey },
  version: { type: "string", maxLength: 256, description: JOB_CONDITIONS.version },
  errorCode: { type: "string", maxLength: 100, description: JOB_CONDITIONS.errorCode },
  tag: { ...KEY, description: JOB_CONDITIONS.tag },
} as const;

/** Changes of a waiting job. */
export const JOB_CHANGE = {
  type: "object",
  properties: {
    priority: { enum: JOB_PRIORITIES, description: NEW_JOB_MEMBERS.priority },
    runAt: { ...TIME, description: NEW_JOB_MEMBERS.runAt },
  },
  minProperties: 1,
  additionalProperties: false,
} as const;

/** A job that is asked for. */
export const NEW_JOB = {
  type: "object",
  properties: {
    task: TASK_REFERENCE,
    version: { type: "string", maxLength: 256, description: NEW_JOB_MEMBERS.version },
    input: { description: NEW_JOB_MEMBERS.input },
    priority: { ...PRIORITY, description: NEW_JOB_MEMBERS.priority },
    runAt: { ...TIME, description: NEW_JOB_MEMBERS.runAt },
    maxRetries: {
      type: "integer",
      minimum: 0,
      maximum: 1_000,
      description: NEW_JOB_MEMBERS.maxRetries,
    },
    idempotencyKey: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: NEW_JOB_MEMBERS.idempotencyKey,
    },
    uniqueKey: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: NEW_JOB_MEMBERS.uniqueKey,
    },
    concurrencyKey: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: NEW_JOB_MEMBERS.concurrencyKey,
    },
    tags: { ...TAGS, description: NEW_JOB_MEMBERS.tags },
  },
  required: ["task"],
  additionalProperties: false,
} as const;

/** Jobs that are asked for together. */
export const NEW_JOBS = {
  type: "object",
  properties: {
    jobs: { type: "array", items: NEW_JOB, minItems: 1, maxItems: 10_000, description: "The jobs to create." },
  },
  required: ["jobs"],
  additionalProperties: false,
} as const;

/** Job statuses, as JSON Schema. */
export const JOB_STATUS = { enum: ["queued", "processing", "retrying", "completed", "failed", "cancelled"] } as const;

/** What is done to all jobs that match. */
export const BULK = {
  type: "object",
  properties: {
    action: { enum: ["cancel", "retry"], description: "What to do to each job." },
    filter: {
      type: "object",
      description: "All given conditions hold together; one without conditions needs `all`.",
      properties: {
        status: { type: "array", items: JOB_STATUS, minItems: 1, description: "Only jobs in one of these statuses." },
        task: TASK_REFERENCE,
        scheduleId: { type: "integer", minimum: 1, description: "Only jobs that this schedule created." },
        ...JOB_MEMBER_CONDITIONS,
        createdFrom: { ...TIME, description: "Only jobs created at this time or later." },
        createdTo: { ...TIME, description: "Only jobs created before this time." },
      },
      additionalProperties: false,
    },
    all: { type: "boolean", description: "Says that every job is meant, when the filter has no condition." },
    dryRun: { type: "boolean", default: false, description: "Count the jobs and change none." },
  },
  required: ["action"],
  additionalProperties: false,
} as const;
