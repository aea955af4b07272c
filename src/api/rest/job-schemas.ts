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

/** A job that is asked for. */
export const NEW_JOB = {
  type: "object",
  properties: {
    task: TASK_REFERENCE,
    version: { type: "string", maxLength: 256, description: "Exact version; the newest when absent." },
    input: { description: "Checked against the task's schema; {} when absent." },
    priority: PRIORITY,
    runAt: { ...TIME, description: "Not before this time: ISO 8601 with a zone, or ms since 1970." },
    maxRetries: {
      type: "integer",
      minimum: 0,
      maximum: 1_000,
      description: "As the task says when absent, else the server (3).",
    },
    idempotencyKey: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: "The same key again answers with the same job.",
    },
    uniqueKey: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: "While an unfinished job of the task has it, that job is the answer.",
    },
    concurrencyKey: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: "Jobs that share it share its limits.",
    },
  },
  required: ["task"],
  additionalProperties: false,
} as const;

/** Jobs that are asked for together. */
export const NEW_JOBS = {
  type: "object",
  properties: { jobs: { type: "array", items: NEW_JOB, minItems: 1, maxItems: 10_000 } },
  required: ["jobs"],
  additionalProperties: false,
} as const;

/** Job statuses, as JSON Schema. */
export const JOB_STATUS = { enum: ["queued", "processing", "retrying", "completed", "failed", "cancelled"] } as const;

/** What is done to all jobs that match. */
export const BULK = {
  type: "object",
  properties: {
    action: { enum: ["cancel", "retry"] },
    filter: {
      type: "object",
      description: "All given conditions hold together; {} means every job.",
      properties: {
        status: { type: "array", items: JOB_STATUS, minItems: 1 },
        task: TASK_REFERENCE,
        scheduleId: { type: "integer", minimum: 1 },
        createdFrom: TIME,
        createdTo: TIME,
      },
      additionalProperties: false,
    },
  },
  required: ["action", "filter"],
  additionalProperties: false,
} as const;
