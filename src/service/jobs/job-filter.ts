import type { JobPriority, JobStatus } from "../../domain/job.ts";
import { defined } from "../../lib/defined.ts";
import type { JobFilter } from "../../store/contract/jobs.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { readBounds, type TimeBounds } from "../request-time.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";

/** Which jobs, as callers write it. All given conditions hold together. */
export interface JobConditions extends TimeBounds {
  status?: readonly JobStatus[];
  task?: TaskReference;
  scheduleId?: number;
  priority?: JobPriority;
  idempotencyKey?: string;
  uniqueKey?: string;
  concurrencyKey?: string;
  version?: string;
  errorCode?: string;
  tag?: string;
}

/** @param pointer where the conditions are in the request @throws {RatchetError} TASK_NOT_FOUND, USAGE */
export async function readJobFilter(
  { store }: Pick<ServiceDependencies, "store">,
  conditions: JobConditions,
  pointer: string,
): Promise<JobFilter> {
  const { task, createdFrom, createdTo, ...rest } = conditions;
  return {
    ...defined(rest),
    ...readBounds(defined({ createdFrom, createdTo }), pointer),
    ...defined({ taskId: await taskIdOf(store.tasks, task) }),
  };
}
