import type { Job } from "../../domain/job.ts";
import { noJob, noTask } from "../../domain/not-found.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkVersion } from "../request-checks.ts";

/** How a job goes on. */
export interface ResumeRequest {
  /** Exact version of the task that runs from now on. @default the one that ran */
  version?: string;
}

/**
 * Lets a paused job go on, or a failed one continue: what its run has recorded is not done again.
 * @param pointer where the members are in the request
 * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT; TASK_NOT_FOUND, TASK_UNREADABLE for a version that no
 *   source has
 */
export async function resumeJob(
  { store, queue, registry }: Pick<ServiceDependencies, "store" | "queue" | "registry">,
  id: number,
  { version }: ResumeRequest,
  pointer: string,
): Promise<Job> {
  if (version === undefined) return queue.resume(id);
  checkVersion(version, pointer);
  const job = await store.jobs.get(id);
  if (job === undefined) throw noJob(id);
  const task = await store.tasks.get(job.taskId);
  if (task === undefined) throw noTask(job.taskId);
  await registry.open(task.uuid, version);
  await registry.keep(task.uuid, version);
  return queue.resume(id, version);
}
