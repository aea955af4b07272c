import { RatchetError } from "../../domain/errors.ts";
import { type JobStatus, REQUEUED_STATUSES, UNFINISHED_STATUSES } from "../../domain/job.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { type JobConditions, readJobFilter } from "./job-filter.ts";

/** The changes that can be made to many jobs at once. */
export const BULK_ACTIONS = ["cancel", "retry"] as const;

/** A change of all jobs that match. */
export interface BulkRequest {
  action: (typeof BULK_ACTIONS)[number];
  /** @default all jobs, which requires `all` */
  filter?: JobConditions;
  /** Confirms that all jobs are meant. Required if the filter has no condition. */
  all?: boolean;
  /** Only count the jobs. @default false */
  dryRun?: boolean;
}

/** The result of a bulk request. */
export interface BulkChange {
  /** Number of jobs that were changed, or would be in a dry run. */
  changed: number;
  /** Present if the request only counted. */
  dryRun?: true;
}

/**
 * Cancels or retries all jobs that match and can be changed this way.
 * @param pointer where the members are in the request
 * @throws {RatchetError} TASK_NOT_FOUND; USAGE for an empty filter without `all`
 */
export async function changeInBulk(
  deps: Pick<ServiceDependencies, "store" | "queue">,
  { action, filter = {}, all = false, dryRun = false }: BulkRequest,
  pointer: string,
): Promise<BulkChange> {
  if (Object.keys(filter).length === 0 && !all) throw emptyFilter(action, pointer);
  const matching = await readJobFilter(deps, filter, `${pointer}/filter`);
  if (dryRun) {
    const status = changeableStatuses(action).filter(
      (one) => matching.status === undefined || matching.status.includes(one),
    );
    return { changed: status.length === 0 ? 0 : await deps.store.jobs.count({ ...matching, status }), dryRun: true };
  }
  return { changed: await (action === "cancel" ? deps.queue.cancelAll(matching) : deps.queue.retryAll(matching)) };
}

/** Returns the statuses that an action applies to. */
export function changeableStatuses(action: BulkRequest["action"]): JobStatus[] {
  return action === "cancel" ? [...UNFINISHED_STATUSES] : [...REQUEUED_STATUSES];
}

function emptyFilter(action: string, pointer: string): RatchetError {
  const place = `${pointer}/filter`;
  return new RatchetError("USAGE", `${place} has no condition, so it would match every job.`, {
    data: { violations: [{ pointer: place, message: "must have a condition, or all must be true" }] },
    remedy: `Give a condition, or "all": true to ${action} every job.`,
  });
}
