import { compareBuild } from "semver";
import { UNFINISHED_STATUSES } from "../../domain/job.ts";
import type { PinnedJobs, TaskStore, TaskVersionRecord } from "../../store/contract/tasks.ts";

/** Numbers of unfinished jobs, by status. */
export type UnfinishedCounts = Record<PinnedJobs["status"], number>;

/** A version of a task, and the unfinished jobs that are pinned to it. */
export interface VersionInUse extends TaskVersionRecord {
  unfinished: UnfinishedCounts;
}

/** Returns every version of a task that was ever seen, newest first, and who still runs on it. */
export async function versionsInUse(
  tasks: Pick<TaskStore, "versions" | "pinnedJobs">,
  taskId: number,
): Promise<VersionInUse[]> {
  const [versions, pinned] = await Promise.all([tasks.versions([taskId]), tasks.pinnedJobs(taskId)]);
  const found = new Map(versions.map((record) => [record.version, { ...record, unfinished: none() }]));
  for (const { version, status, count } of pinned) {
    const counts = found.get(version)?.unfinished;
    if (counts !== undefined) counts[status] = count;
  }
  return [...found.values()].toSorted((a, b) => compareBuild(b.version, a.version));
}

const none = (): UnfinishedCounts =>
  Object.fromEntries(UNFINISHED_STATUSES.map((status) => [status, 0])) as UnfinishedCounts;
