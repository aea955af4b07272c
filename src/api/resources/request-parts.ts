/** Parts from which the schemas of requests are put together. */

import { JOB_PRIORITIES, JOB_STATUSES, LONGEST_KEY, MAX_TAGS } from "../../domain/job.ts";
import { LONGEST_VERSION } from "../../domain/request-bounds.ts";

/** Priorities, as JSON Schema. */
export const PRIORITY = { enum: JOB_PRIORITIES, default: "normal" } as const;

/** A time that is sent. */
export const TIME = { type: ["string", "integer"], description: "ISO 8601 with a zone, or ms since 1970." } as const;

/** A task that is named. */
export const TASK_REFERENCE = {
  type: ["string", "integer"],
  maxLength: 1_000,
  description: "uuid or label of a task, or its id.",
} as const;

/** A key or a tag. */
export const KEY = { type: "string", minLength: 1, maxLength: LONGEST_KEY } as const;

/** An exact version of a task. */
export const VERSION = { type: "string", minLength: 1, maxLength: LONGEST_VERSION } as const;

/** Tags of a job. */
export const TAGS = { type: "array", items: KEY, maxItems: MAX_TAGS } as const;

/** Job statuses, as JSON Schema. */
export const JOB_STATUS = { enum: JOB_STATUSES } as const;
