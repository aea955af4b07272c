import { RatchetError } from "../../domain/errors.ts";
import { JOB_STATUSES, JOB_TRANSITIONS, type JobStatus } from "../../domain/job.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { type JobConditions, readJobFilter } from "./job-filter.ts";

/** Changes of many jobs at once. */
export const BULK_ACTIONS = ["cancel", "retry"] as const;

/** What is done to all jobs that match. */
export interface BulkRequest {
  action: (typeof BULK_ACTIONS)[number];
  /** @default every job, which needs `all` */
  filter?: JobConditions;
  /** Says that every job is meant. Required when the filter has no condition. */
  all?: boolean;
  /** Count the jobs and change none. @default false */
  dryRun?: boolean;
}

/** What a bulk request did, or would do. */
export interface BulkChange {
  /** Number of jobs. */
  changed: number;
  /** There when the request only counted. */
  dryRun?: true;
}

/**
 * Cancels or retries all jobs that match and can be changed this way.
 * @param pointer where the request's members are
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

/** Statuses in which a job can be cancelled: the unfinished ones; or retried: those that a retry leads out of. */
export function changeableStatuses(action: BulkRequest["action"]): JobStatus[] {
  return JOB_STATUSES.filter((status) =>
    action === "cancel"
      ? JOB_TRANSITIONS[status].includes("cancelled")
      : status !== "processing" && JOB_TRANSITIONS[status].includes("queued"),
  );
}

function emptyFilter(action: string, pointer: string): RatchetError {
  const place = `${pointer}/filter`;
  return new RatchetError("USAGE", `${place} has no condition, so every job would be meant.`, {
    data: { violations: [{ pointer: place, message: "must have a condition, or all must be true" }] },
    remedy: `Give a condition, or "all": true to ${action} every job.`,
  });
}
