import { JOB, JOB_COUNT_MEMBERS } from "../descriptions/job.ts";
import { JOB_BATCH, JOB_EXPLANATION } from "../descriptions/server.ts";
import {
  COUNT,
  COUNT_OR_NULL,
  described,
  FLAG,
  ID,
  ID_OR_NULL,
  list,
  nullable,
  partial,
  ref,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  whole,
} from "./schema-parts.ts";

/** Priorities of jobs. */
export const PRIORITIES = { type: "string", enum: ["low", "normal", "high", "critical"] } as const;

const STATUSES = {
  type: "string",
  enum: ["queued", "processing", "retrying", "completed", "failed", "cancelled"],
} as const;

/** The numbers of jobs, by status. */
export function jobCounts(): Record<string, object> {
  const { total, ...sentences } = JOB_COUNT_MEMBERS;
  const counts = { queued: COUNT, processing: COUNT, retrying: COUNT, completed: COUNT, failed: COUNT };
  return described({ ...counts, cancelled: COUNT }, sentences);
}

/** Schemas about jobs, by name. */
export function jobResources(): Record<string, object> {
  const { output, executions, ...sentences } = JOB;
  const job = described(
    {
      id: ID,
      status: STATUSES,
      taskId: ID,
      task: nullable(ref("TaskName")),
      version: TEXT_OR_NULL,
      priority: PRIORITIES,
      input: {},
      runAt: TIME,
      attempts: COUNT,
      retries: COUNT,
      maxRetries: COUNT_OR_NULL,
      rescues: COUNT,
      idempotencyKey: TEXT_OR_NULL,
      uniqueKey: TEXT_OR_NULL,
      concurrencyKey: TEXT_OR_NULL,
      tags: list(TEXT),
      scheduleId: ID_OR_NULL,
      scheduledAt: TIME_OR_NULL,
      progress: {},
      error: nullable(ref("TaskError")),
      executionId: ID_OR_NULL,
      createdAt: TIME,
      startedAt: TIME_OR_NULL,
      finishedAt: TIME_OR_NULL,
    },
    sentences,
  );
  const created = whole(
    { id: job.id, status: job.status, created: { ...FLAG, description: "Whether the request created the job." } },
    "A job of a batch.",
  );
  return {
    Job: whole(job, "Work to be done: a task with an input."),
    JobDetail: whole({ ...job, output: { description: output } }, "A job with its output."),
    JobBatch: whole(described({ jobs: list(created), created: COUNT }, JOB_BATCH), "What became of a batch of jobs."),
    JobExplanation: whole(
      described(
        {
          jobId: ID,
          reason: TEXT,
          message: TEXT,
          until: TIME_OR_NULL,
          ahead: COUNT_OR_NULL,
          limit: COUNT_OR_NULL,
          running: COUNT_OR_NULL,
        },
        JOB_EXPLANATION,
      ),
      "Why a job is not running.",
    ),
    Changed: partial(
      {
        changed: { ...COUNT, description: "Number of jobs that were changed, or at most would be in a dry run." },
        dryRun: { const: true, description: "Says that the request only counted; absent otherwise." },
      },
      ["changed"],
      "What a bulk operation did.",
    ),
  };
}
