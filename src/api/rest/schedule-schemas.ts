import { HIGHEST_MAX_RETRIES } from "../../domain/retry-policy.ts";
import { OVERLAP_POLICIES } from "../../domain/schedule.ts";
import { SCHEDULE, SCHEDULE_MEMBERS } from "../descriptions/schedule.ts";
import { KEY, PRIORITY, TAGS, TASK_REFERENCE, TIME } from "../resources/request-parts.ts";

const DURATION = { type: ["string", "integer"], description: "Such as 30s, 5m or 1h; or a number of ms." } as const;
const OVERLAP = { enum: OVERLAP_POLICIES, default: "skip" } as const;

const TIMING = {
  cron: {
    type: "string",
    maxLength: 500,
    description: "Five fields, six with seconds first, or a name such as @daily.",
  },
  timezone: { type: "string", maxLength: 100, description: "IANA name, for cron.", default: "UTC" },
  every: { ...DURATION, description: "Interval: such as 30s, 5m or 1h; or a number of ms." },
  at: { ...TIME, description: "Once, at this time." },
} as const;

const PROPERTIES = {
  name: { type: "string", maxLength: 1_000, description: "Unique." },
  task: TASK_REFERENCE,
  input: { description: "Checked against the task's schema; {} when absent." },
  ...TIMING,
  enabled: { type: "boolean", default: true, description: SCHEDULE_MEMBERS.enabled },
  overlap: { ...OVERLAP, description: SCHEDULE_MEMBERS.overlap },
  catchUpWindow: {
    ...DURATION,
    description: "Firings missed while the server was down are made up for, up to this age.",
  },
  jitter: { ...DURATION, description: "Each firing is put off by up to this." },
  pauseOnFailure: { type: "boolean", default: false, description: SCHEDULE_MEMBERS.pauseOnFailure },
  priority: { ...PRIORITY, description: SCHEDULE_MEMBERS.priority },
  tags: { ...TAGS, description: SCHEDULE_MEMBERS.tags },
} as const;

const MAX_RETRIES = { type: "integer", minimum: 0, maximum: HIGHEST_MAX_RETRIES } as const;

/** A schedule that is asked for; exactly one of cron, every, at. */
export const NEW_SCHEDULE = {
  type: "object",
  properties: {
    ...PROPERTIES,
    version: { type: "string", maxLength: 256, description: "Exact version; the newest when absent." },
    startAt: { ...TIME, description: SCHEDULE_MEMBERS.startAt },
    endAt: { ...TIME, description: SCHEDULE_MEMBERS.endAt },
    maxRetries: { ...MAX_RETRIES, description: SCHEDULE_MEMBERS.maxRetries },
    concurrencyKey: { ...KEY, description: SCHEDULE_MEMBERS.concurrencyKey },
  },
  required: ["name", "task"],
  additionalProperties: false,
} as const;

/** Changes of a schedule; null removes. */
export const SCHEDULE_PATCH = {
  type: "object",
  properties: {
    ...PROPERTIES,
    version: { type: ["string", "null"], maxLength: 256, description: SCHEDULE.version },
    startAt: { type: ["string", "integer", "null"], description: SCHEDULE.startAt },
    endAt: { type: ["string", "integer", "null"], description: SCHEDULE.endAt },
    maxRetries: { ...MAX_RETRIES, type: ["integer", "null"], description: SCHEDULE.maxRetries },
    concurrencyKey: { ...KEY, type: ["string", "null"], description: SCHEDULE.concurrencyKey },
  },
  additionalProperties: false,
} as const;

/** A schedule that replaces another; null is as good as leaving it out. */
export const SCHEDULE_REPLACEMENT = { ...SCHEDULE_PATCH, required: NEW_SCHEDULE.required } as const;

/** A schedule that is created or replaced under the name in its path. */
export const NAMED_SCHEDULE = { ...SCHEDULE_PATCH, required: ["task"] } as const;

/** A range of the past to fire for. */
export const BACKFILL = {
  type: "object",
  properties: {
    from: { ...TIME, description: "Start of the range." },
    to: { ...TIME, description: "End of the range." },
    overlap: { ...OVERLAP, description: SCHEDULE_MEMBERS.overlap },
  },
  required: ["from", "to"],
  additionalProperties: false,
} as const;

/** A plan that is not stored. */
export const PREVIEW = {
  type: "object",
  properties: {
    ...TIMING,
    startAt: { ...TIME, description: SCHEDULE_MEMBERS.startAt },
    endAt: { ...TIME, description: SCHEDULE_MEMBERS.endAt },
    count: { type: "integer", minimum: 1, maximum: 1_000, description: "Number of firings." },
  },
  additionalProperties: false,
} as const;

/** A firing by hand. */
export const TRIGGER = {
  type: "object",
  properties: { input: { description: "In place of the schedule's own, and checked against the task's schema." } },
  additionalProperties: false,
} as const;
