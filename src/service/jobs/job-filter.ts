import type { JobPriority, JobStatus } from "../../domain/job.ts";
import { LONGEST_ERROR_CODE } from "../../domain/request-bounds.ts";
import { defined } from "../../lib/defined.ts";
import type { JobFilter } from "../../store/contract/jobs.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkKey, checkVersion, checkWhole, checkWord, wrongMember } from "../request-checks.ts";
import { readBounds, type TimeBounds } from "../request-time.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";

/** Conditions on jobs, as callers write them. A job has to meet all of them. */
export interface JobConditions extends TimeBounds {
  status?: readonly JobStatus[];
  task?: TaskReference;
  scheduleId?: number;
  priority?: JobPriority;
  idempotencyKey?: string;
  uniqueKey?: string;
  concurrencyKey?: string;
  correlationKey?: string;
  version?: string;
  parentExecutionId?: number;
  errorCode?: string;
  tag?: string;
}

/** @param pointer where the conditions are in the request @throws {RatchetError} TASK_NOT_FOUND, USAGE */
export async function readJobFilter(
  { store }: Pick<ServiceDependencies, "store">,
  conditions: JobConditions,
  pointer: string,
): Promise<JobFilter> {
  checkConditions(conditions, pointer);
  const { task, createdFrom, createdTo, ...rest } = conditions;
  return {
    ...defined(rest),
    ...readBounds(defined({ createdFrom, createdTo }), pointer),
    ...defined({ taskId: await taskIdOf(store.tasks, task) }),
  };
}

function checkConditions(conditions: JobConditions, pointer: string): void {
  for (const name of ["idempotencyKey", "uniqueKey", "concurrencyKey", "correlationKey", "tag"] as const) {
    checkKey(conditions[name], `${pointer}/${name}`);
  }
  if (conditions.status?.length === 0) throw wrongMember(`${pointer}/status`, "must have at least one status");
  checkWhole(conditions.scheduleId, `${pointer}/scheduleId`, { max: Number.MAX_SAFE_INTEGER });
  checkWhole(conditions.parentExecutionId, `${pointer}/parentExecutionId`, { max: Number.MAX_SAFE_INTEGER });
  checkVersion(conditions.version, pointer);
  checkWord(conditions.errorCode, `${pointer}/errorCode`, LONGEST_ERROR_CODE);
}
