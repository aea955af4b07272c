/** One sentence for each value that has a name: a value without one fails to compile. */

import type { ExecutionStatus } from "../../domain/execution-record.ts";
import type { JobPriority, JobStatus } from "../../domain/job.ts";
import type { Role } from "../../domain/principal.ts";
import type { OverlapPolicy } from "../../domain/schedule.ts";

/** One sentence for each status of a job. */
export const JOB_STATUS_VALUES: Readonly<Record<JobStatus, string>> = {
  queued: "It is waiting to start.",
  processing: "It is running.",
  retrying: "An attempt failed, and the job is waiting for the next one.",
  sleeping: "Its run waits for a time, a signal, a decision or another job, and occupies nothing meanwhile.",
  paused: "It was paused, and goes on when it is resumed.",
  needs_attention: "Its run can't go on by itself. It can be retried over its journal, or cancelled.",
  completed: "It ended with an output.",
  failed: "It failed after all retries.",
  cancelled: "It was cancelled.",
};

/** One sentence for each priority of a job. */
export const JOB_PRIORITY_VALUES: Readonly<Record<JobPriority, string>> = {
  low: "It starts after all other jobs.",
  normal: "The default.",
  high: "It starts before jobs of normal and low priority.",
  critical: "It starts before all other jobs.",
};

/** One sentence for each status of an execution. */
export const EXECUTION_STATUS_VALUES: Readonly<Record<ExecutionStatus, string>> = {
  pending: "It has not started yet.",
  running: "It is running.",
  sleeping: "Its run waits for a time, a signal, a decision or another job, and occupies nothing meanwhile.",
  paused: "It was paused, and goes on when it is resumed.",
  needs_attention: "Its run can't go on by itself.",
  completed: "It ended with an output.",
  failed: "It ended with an error.",
  cancelled: "It was cancelled.",
};

/** One sentence for each overlap policy. */
export const OVERLAP_VALUES: Readonly<Record<OverlapPolicy, string>> = {
  skip: "The firing is skipped.",
  buffer_one: "The firing waits for the unfinished job; further ones are skipped.",
  buffer_all: "The firing waits its turn, and so do all further ones.",
  cancel_other: "The unfinished job is cancelled and the firing creates its job.",
  allow_all: "The firing creates its job at once, in addition to the unfinished one.",
};

/** One sentence for each role. */
export const ROLE_VALUES: Readonly<Record<Role, string>> = {
  viewer: "Reads.",
  operator: "Also handles jobs, executions, schedules, the queue and webhooks.",
  admin: "Also handles users, keys, secrets, the audit log and configuration.",
};
