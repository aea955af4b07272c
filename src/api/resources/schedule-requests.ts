import { HIGHEST_MAX_RETRIES } from "../../domain/retry-policy.ts";
import { OVERLAP_POLICIES } from "../../domain/schedule.ts";
import { MAX_NEXT } from "../../scheduler/next-firings.ts";
import { KEY, PRIORITY, TAGS, TASK_REFERENCE, TIME, VERSION } from "./request-parts.ts";
import { SCHEDULE } from "./schedule.ts";

const DURATION = {
  type: ["string", "integer"],
  description: "A duration such as 30s, 5m or 1h, or a number of ms.",
} as const;
const OVERLAP = { enum: OVERLAP_POLICIES, default: "skip" } as const;

const TIMING = {
  cron: {
    type: "string",
    description: "Cron expression: five fields, six with seconds first, or a name such as @daily.",
  },
  timezone: { type: "string", description: "IANA time zone of the cron expression.", default: "UTC" },
  every: { ...DURATION, description: "Interval between firings, such as 30s, 5m or 1h, or a number of ms." },
  at: { ...TIME, description: "The only time at which it fires." },
} as const;

const PROPERTIES = {
  name: { type: "string", description: "Unique name of the schedule, up to 200 characters." },
  task: { ...TASK_REFERENCE, description: "The task to run: its label, uuid or id." },
  input: { description: "The value that each job receives, checked against the task's input schema. Default: {}." },
  ...TIMING,
  enabled: { type: "boolean", default: true, description: "Whether the schedule fires." },
  overlap: { ...OVERLAP, description: "What happens when a firing is due while a job of the schedule is unfinished." },
  catchUpWindow: {
    ...DURATION,
    description:
      "Firings missed while the server was down are caught up if they are not older than this: a duration such as 1h, or a number of ms. Default: 1h.",
  },
  jitter: {
    ...DURATION,
    description: "Each firing is delayed by up to this: a duration such as 30s, or a number of ms.",
  },
  pauseOnFailure: {
    type: "boolean",
    default: false,
    description: "Whether the schedule is paused when one of its jobs fails after all retries.",
  },
  priority: { ...PRIORITY, description: "Priority of the jobs that the schedule creates." },
  tags: { ...TAGS, description: "Tags of the jobs that the schedule creates, up to 20." },
} as const;

const MAX_RETRIES = { type: "integer", minimum: 0, maximum: HIGHEST_MAX_RETRIES } as const;

/** A request for a new schedule, with exactly one of cron, every and at. */
export const NEW_SCHEDULE = {
  type: "object",
  properties: {
    ...PROPERTIES,
    version: { ...VERSION, description: "Exact version to run. Default: the newest." },
    startAt: { ...TIME, description: "The schedule does not fire before this time." },
    endAt: { ...TIME, description: "The schedule does not fire after this time." },
    maxRetries: {
      ...MAX_RETRIES,
      description: "How often its jobs are retried. Default: the number of the task, or else of the server.",
    },
    concurrencyKey: { ...KEY, description: "Concurrency key of the jobs that the schedule creates." },
  },
  required: ["name", "task"],
  additionalProperties: false,
} as const;

/** Changes to a schedule. null removes a value. */
export const SCHEDULE_PATCH = {
  type: "object",
  properties: {
    ...PROPERTIES,
    version: {
      ...VERSION,
      type: ["string", "null"],
      description: SCHEDULE.properties.version.description,
    },
    startAt: { type: ["string", "integer", "null"], description: SCHEDULE.properties.startAt.description },
    endAt: { type: ["string", "integer", "null"], description: SCHEDULE.properties.endAt.description },
    maxRetries: { ...MAX_RETRIES, type: ["integer", "null"], description: SCHEDULE.properties.maxRetries.description },
    concurrencyKey: { ...KEY, type: ["string", "null"], description: SCHEDULE.properties.concurrencyKey.description },
  },
  additionalProperties: false,
} as const;

/** A schedule that replaces another one. null means the same as an omitted member. */
export const SCHEDULE_REPLACEMENT = { ...SCHEDULE_PATCH, required: NEW_SCHEDULE.required } as const;

/** A schedule that is created or replaced under the name in its path. */
export const NAMED_SCHEDULE = { ...SCHEDULE_PATCH, required: ["task"] } as const;

/** A past range whose firings get their jobs. */
export const BACKFILL = {
  type: "object",
  properties: {
    from: { ...TIME, description: "Start of the range." },
    to: { ...TIME, description: "End of the range." },
    overlap: {
      ...OVERLAP,
      description: "What happens when a firing is due while a job of the schedule is unfinished.",
    },
    dryRun: { type: "boolean", default: false, description: "Only say what would become of each firing." },
  },
  required: ["from", "to"],
  additionalProperties: false,
} as const;

/** A plan that is not stored. */
export const PREVIEW = {
  type: "object",
  properties: {
    ...TIMING,
    startAt: { ...TIME, description: "The schedule does not fire before this time." },
    endAt: { ...TIME, description: "The schedule does not fire after this time." },
    count: { type: "integer", minimum: 1, maximum: MAX_NEXT, description: "Number of firings." },
  },
  additionalProperties: false,
} as const;

/** A manual firing. */
export const TRIGGER = {
  type: "object",
  properties: { input: { description: "Replaces the schedule's own input. Checked against the task's input schema." } },
  additionalProperties: false,
} as const;
