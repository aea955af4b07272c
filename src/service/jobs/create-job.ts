import type { NewJob } from "../../domain/job.ts";
import { createBreather } from "../../lib/breather.ts";
import { checkBatchSize } from "../../queue/job-requests.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { placingErrors } from "../placed-errors.ts";
import { wrongMember } from "../request-checks.ts";
import { findTask } from "../tasks/find-task.ts";
import { givenInput, inputText, storedInput } from "../tasks/runnable-task.ts";
import { createBadJobs, MAX_BAD_JOBS } from "./bad-jobs.ts";
import { createJobPreparation, type JobRequest } from "./prepare-job.ts";
import { createRepeatedKeyCheck } from "./repeated-keys.ts";

/** A requested job, new or existing, with its task. */
export interface CreatedJob extends EnqueuedJob {
  task: TaskRecord;
}

/**
 * Creates one job.
 * @param pointer where the job is in the request
 * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, INVALID_INPUT, INPUT_LIMIT, USAGE, CONFLICT; nothing when the same
 *   request created a job before
 */
export async function createJob(deps: ServiceDependencies, request: JobRequest, pointer: string): Promise<CreatedJob> {
  try {
    const { job, task } = await createJobPreparation(deps)(request, pointer);
    const [enqueued] = await placingErrors(pointer, () => deps.queue.enqueue([job]));
    if (enqueued === undefined) throw new Error("the queue returned no job");
    noteEnqueued(deps, job, enqueued, task);
    return { ...enqueued, task };
  } catch (error) {
    const earlier = await createdBefore(deps, request);
    if (earlier === undefined) throw error;
    return earlier;
  }
}

/**
 * Returns the job that the same request created earlier with its idempotency key. The task may have been disabled,
 * changed or removed since then: a caller that lost the first response still gets the job.
 */
async function createdBefore(
  { store, checks, vault }: Pick<ServiceDependencies, "store" | "checks" | "vault">,
  { task: reference, version, input, after, idempotencyKey }: JobRequest,
): Promise<CreatedJob | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const job = await store.jobs.byIdempotencyKey(idempotencyKey);
  if (job === undefined) return undefined;
  const task = await findTask(store.tasks, reference);
  if (job.taskId !== task.id || job.version !== (version ?? null)) return undefined;
  if (after !== undefined && input === undefined && job.after !== null) return { job, created: false, task };
  const given = await storedInput(vault, inputText(givenInput(input), ""));
  const same = await checks.same(job.inputJson, given, task.uuid);
  return same ? { job, created: false, task } : undefined;
}

/** A job that starts when all others of a batch have ended. */
export interface LastJob {
  request: JobRequest;
  /** Where it is in the request. */
  pointer: string;
}

/**
 * Creates all of the jobs or none, in order.
 * @param pointer where the list of jobs is in the request
 * @param last follows the others. @default none does
 * @throws {RatchetError} the error of the first bad job, with the places of all bad jobs
 */
export async function createJobs(
  deps: ServiceDependencies,
  requests: readonly JobRequest[],
  pointer: string,
  last?: LastJob,
): Promise<EnqueuedJob[]> {
  if (requests.length === 0) throw wrongMember(pointer, "must have at least one job");
  checkBatchSize(requests.length + (last === undefined ? 0 : 1));
  const prepare = createJobPreparation(deps);
  const checkRepeatedKey = createRepeatedKeyCheck(deps);
  const breathe = createBreather();
  const bad = createBadJobs(requests.length, pointer);
  const jobs: NewJob[] = [];
  const tasks: TaskRecord[] = [];
  for (const [index, request] of requests.entries()) {
    try {
      const { job, task } = await prepare(request, `${pointer}/${index}`);
      deps.queue.check([job]);
      await checkRepeatedKey(job, task.uuid);
      jobs.push(job);
      tasks.push(task);
    } catch (error) {
      bad.add(index, error);
      if (bad.count === MAX_BAD_JOBS) break;
    }
    await breathe();
  }
  bad.throwIfAny();
  if (last !== undefined) {
    const { job, task } = await prepare(last.request, last.pointer, { isLast: true });
    await placingErrors(last.pointer, async () => deps.queue.check([job]));
    jobs.push(job);
    tasks.push(task);
  }
  const enqueued = await deps.queue.enqueue(jobs);
  for (const [index, one] of enqueued.entries()) noteEnqueued(deps, jobs[index], one, tasks[index]);
  return enqueued;
}

function noteEnqueued(
  { traces }: Pick<ServiceDependencies, "traces">,
  requested: NewJob | undefined,
  { job, created }: EnqueuedJob,
  task: TaskRecord | undefined,
): void {
  if (!created || requested?.trace === undefined) return;
  traces?.enqueued(requested.trace, { jobId: job.id, task: task?.label ?? null });
}
