import { JOB_PRIORITIES, JOB_STATUSES, type Job, MAX_AFTER, MAX_TAGS } from "../../domain/job.ts";
import { HIGHEST_MAX_RETRIES } from "../../domain/retry-policy.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { Waiting } from "../../service/runs/waiting.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { CHAIN_CONDITION, FORKED_FROM, JOB_CHAIN, JOB_PARENT } from "./job-origin.ts";
import {
  COUNT,
  COUNT_OR_NULL,
  ERROR_OR_NULL,
  FLAG,
  ID,
  ID_OR_NULL,
  TASK_OR_NULL,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  WORDS,
} from "./parts.ts";
import { KEY, PRIORITY, TIME as SENT_TIME, TAGS, TASK_REFERENCE, VERSION } from "./request-parts.ts";
import { defineResource, type View } from "./resource.ts";
import { WAITING_FOR, waitingView } from "./run.ts";
import { storedValue } from "./stored-json.ts";
import { taskName } from "./task-name.ts";

/** A job. */
export const JOB = defineResource("A durable request to run a task with an input.", {
  id: { ...ID, description: "Id of the job." },
  status: { type: "string", enum: JOB_STATUSES, description: "Status of the job." },
  taskId: { ...ID, description: "Id of the task that the job runs." },
  task: { ...TASK_OR_NULL, description: "The task that the job runs; null once the task is gone from the database." },
  version: {
    ...TEXT_OR_NULL,
    description: "Exact version of the task to run; null means the newest version at the time it runs.",
  },
  priority: {
    type: "string",
    enum: JOB_PRIORITIES,
    description: "How urgent the job is: more urgent jobs start first.",
  },
  input: { description: "The value that the task receives." },
  runAt: { ...TIME, description: "The job does not start before this time." },
  attempts: {
    ...COUNT,
    description:
      "How often the job was started. This is also the attempt number of its latest execution. It is never reset.",
  },
  retries: { ...COUNT, description: "Number of used retries. A manual retry resets it to 0." },
  maxRetries: {
    ...COUNT_OR_NULL,
    description: "How often a failed attempt is retried; null means the number of the task, or else of the server.",
  },
  rescues: { ...COUNT, description: "How often the job was requeued because its worker was lost." },
  idempotencyKey: {
    ...TEXT_OR_NULL,
    description: "Further requests with this key return this job instead of creating one.",
  },
  uniqueKey: {
    ...TEXT_OR_NULL,
    description:
      "While the job is unfinished, a request with this key for the same task returns this job instead of creating one.",
  },
  concurrencyKey: { ...TEXT_OR_NULL, description: "Jobs with the same key share the limits that are set for it." },
  correlationKey: {
    ...TEXT_OR_NULL,
    description: "Signals can be sent to the job by this key. Only one unfinished job of a task has it.",
  },
  tags: { ...WORDS, description: "Words to find the job by." },
  scheduleId: { ...ID_OR_NULL, description: "Id of the schedule that created the job; null for all other jobs." },
  scheduledAt: {
    ...TIME_OR_NULL,
    description: "Firing time by the plan of the schedule, which retries keep; null without a schedule.",
  },
  cancelling: {
    ...FLAG,
    description: "Whether it is being cancelled: its run cleans up, and ends then. A kill would end it at once.",
  },
  pausing: { ...FLAG, description: "Whether it is paused as soon as its run only waits." },
  waitingFor: WAITING_FOR,
  after: JOB_CHAIN,
  parent: JOB_PARENT,
  forkedFrom: FORKED_FROM,
  progress: { description: "Latest value that the task reported with context.progress; null before the first." },
  error: { ...ERROR_OR_NULL, description: "Why the latest attempt failed; null if it did not fail." },
  executionId: { ...ID_OR_NULL, description: "Id of the latest execution; null before the first." },
  traceId: {
    ...TEXT_OR_NULL,
    description: "Id of the trace that the job belongs to, 32 hexadecimal digits; null if it is older than traces.",
  },
  createdAt: { ...TIME, description: "When the job was created." },
  startedAt: { ...TIME_OR_NULL, description: "When the latest attempt started; null before the first." },
  finishedAt: { ...TIME_OR_NULL, description: "When the job ended; null while it is unfinished." },
});

/** A job with its output. */
export const JOB_DETAIL = defineResource("A job with its output.", {
  ...JOB.properties,
  output: { description: "What the latest execution returned; null unless the job is completed." },
});

/** A job that goes on with a run, from one of its steps. */
export const FORKED_JOB = defineResource("A job that goes on with a run, from one of its steps.", {
  ...JOB.properties,
  warnings: {
    ...WORDS,
    description: "Sentences about steps that are done again although nothing says that they may be.",
  },
});

/** A job that is asked for. */
export const NEW_JOB = {
  type: "object",
  properties: {
    task: TASK_REFERENCE,
    version: { ...VERSION, description: "Exact version to run. Default: the newest." },
    input: { description: "The value that the task receives, checked against its input schema. Default: {}." },
    priority: { ...PRIORITY, description: "How urgent the job is: more urgent jobs start first." },
    runAt: {
      ...SENT_TIME,
      description: "The job does not start before this time: ISO 8601 with a zone, or ms since 1970.",
    },
    maxRetries: {
      type: "integer",
      minimum: 0,
      maximum: HIGHEST_MAX_RETRIES,
      description: "How often a failed attempt is retried. Default: the number of the task, or else of the server.",
    },
    idempotencyKey: { ...KEY, description: "Further requests with this key return the same job." },
    uniqueKey: {
      ...KEY,
      description: "While the task has an unfinished job with this key, that job is returned and no job is created.",
    },
    concurrencyKey: { ...KEY, description: "Jobs with the same key share the limits that are set for it." },
    correlationKey: {
      ...KEY,
      description:
        "Signals can be sent to the job by this key. It is refused while another unfinished job of the task has it.",
    },
    after: {
      type: "array",
      items: { type: "integer", minimum: 1 },
      minItems: 1,
      maxItems: MAX_AFTER,
      description:
        "Ids of jobs: the job starts when all of them have ended as `when` says, and is cancelled if they have ended otherwise. Without an input, its input is what has become of them.",
    },
    when: CHAIN_CONDITION,
    tags: { ...TAGS, description: `Words to find the job by, up to ${MAX_TAGS}.` },
  },
  required: ["task"],
  additionalProperties: false,
} as const;

/** A job as REST shows it. */
export function jobView(job: Job, task: TaskRecord | undefined, waitingFor: readonly Waiting[] = []): View<typeof JOB> {
  return {
    id: job.id,
    status: job.status,
    taskId: job.taskId,
    task: task === undefined ? null : taskName(task),
    version: job.version,
    priority: job.priority,
    input: storedValue(job.inputJson),
    runAt: timeText(job.runAt),
    attempts: job.attempts,
    retries: job.retries,
    maxRetries: job.maxRetries,
    rescues: job.rescues,
    idempotencyKey: job.idempotencyKey,
    uniqueKey: job.uniqueKey,
    concurrencyKey: job.concurrencyKey,
    correlationKey: job.correlationKey,
    tags: job.tags,
    scheduleId: job.scheduleId,
    scheduledAt: timeTextOrNull(job.scheduledAt),
    cancelling: job.request === "cancel",
    pausing: job.request === "pause",
    waitingFor: waitingFor.map(waitingView),
    after: job.after,
    parent: job.parent,
    forkedFrom: job.forkedFrom,
    progress: job.progress,
    error: job.error,
    executionId: job.executionId,
    traceId: job.traceId,
    createdAt: timeText(job.createdAt),
    startedAt: timeTextOrNull(job.startedAt),
    finishedAt: timeTextOrNull(job.finishedAt),
  };
}

/** A job for the examples of the OpenAPI document. */
export const JOB_EXAMPLE = {
  id: 17,
  status: "queued",
  taskId: 1,
  task: { id: 1, uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10", label: "addition" },
  version: null,
  priority: "high",
  input: { num1: 5, num2: 10 },
  runAt: "2026-11-23T08:00:00.000Z",
  attempts: 0,
  retries: 0,
  maxRetries: 3,
  rescues: 0,
  idempotencyKey: "order-17",
  uniqueKey: null,
  concurrencyKey: null,
  correlationKey: null,
  tags: ["orders"],
  scheduleId: null,
  scheduledAt: null,
  cancelling: false,
  pausing: false,
  waitingFor: [],
  after: null,
  parent: null,
  forkedFrom: null,
  progress: null,
  error: null,
  executionId: null,
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  createdAt: "2026-11-23T08:00:00.000Z",
  startedAt: null,
  finishedAt: null,
} satisfies View<typeof JOB>;
