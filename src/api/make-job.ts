import type { NewJob } from "../domain/job.ts";
import { jsonText } from "../lib/raw-json.ts";
import type { EnqueuedJob } from "../store/contract/jobs.ts";
import type { TaskRecord } from "../store/contract/tasks.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { findTask } from "./find-task.ts";
import { givenInput, type JobRequest } from "./prepare-job.ts";

/** A job that was asked for, new or not, with its task. */
export interface MadeJob extends EnqueuedJob {
  task: TaskRecord;
}

/**
 * Makes one job.
 * @param prepare finds the task and checks the input
 * @throws {RatchetError} what `prepare` and the queue throw, unless the same request made a job before
 */
export async function makeJob(
  deps: Pick<ApiDependencies, "store" | "queue" | "checks">,
  request: Pick<JobRequest, "task" | "version" | "input" | "idempotencyKey">,
  prepare: () => Promise<{ job: NewJob; task: TaskRecord }>,
): Promise<MadeJob> {
  try {
    const { job, task } = await prepare();
    const [enqueued] = await deps.queue.enqueue([job]);
    if (enqueued === undefined) throw new Error("the queue gave no job");
    return { ...enqueued, task };
  } catch (error) {
    const made = await madeBefore(deps, request);
    if (made === undefined) throw error;
    return made;
  }
}

/**
 * The job that the same request made earlier, under its idempotency key. Its task may have been disabled, changed or taken
 * away since: whoever lost the first answer still learns what became of it.
 */
async function madeBefore(
  { store, checks }: Pick<ApiDependencies, "store" | "checks">,
  { task: reference, version, input, idempotencyKey }: Parameters<typeof makeJob>[1],
): Promise<MadeJob | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const job = await store.jobs.byIdempotencyKey(idempotencyKey);
  if (job === undefined) return undefined;
  const task = await findTask(store.tasks, reference);
  if (job.taskId !== task.id || job.version !== (version ?? null)) return undefined;
  const same = await checks.same(job.inputJson, jsonText(givenInput(input)), task.uuid);
  return same ? { job, created: false, task } : undefined;
}
