import type { Job, NewJob } from "../domain/job.ts";
import type { JobExplanation } from "../store/contract/job-explanation.ts";
import type { BulkResult, BulkStep, EnqueuedJob, JobChange, JobFilter } from "../store/contract/jobs.ts";
import type { Store } from "../store/contract/store.ts";
import { checkNewJobs, DEFAULT_MAX_INPUT_BYTES } from "./job-requests.ts";
import { waitForJob } from "./wait-for-job.ts";

/** Number of jobs changed in one transaction of a bulk operation, so that it does not block other writes for long. */
const BULK_STEP = 500;

/** Creates, changes and watches jobs. When a promise resolves, the change is on the disk. */
export interface Queue {
  /** Checks the members of jobs without creating any. @throws {RatchetError} USAGE, INPUT_LIMIT */
  check(jobs: readonly NewJob[]): void;
  /**
   * Creates all of the jobs or none. The caller has found the tasks and checked the inputs.
   * @throws {RatchetError} USAGE, INPUT_LIMIT, CONFLICT
   */
  enqueue(jobs: readonly NewJob[]): Promise<EnqueuedJob[]>;
  /** @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  cancel(id: number): Promise<Job>;
  /** Cancels a job at once: the task may not clean up. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  kill(id: number): Promise<Job>;
  /** Pauses a waiting job, or one whose run sleeps or can go to sleep. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  pause(id: number): Promise<Job>;
  /**
   * Lets a paused job go on, or a failed one continue with what its run has recorded.
   * @param version of the task that runs from now on @default the one that ran
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT
   */
  resume(id: number, version?: string): Promise<Job>;
  /** @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT */
  retry(id: number): Promise<Job>;
  /** Changes the priority or the time of a waiting job. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  change(id: number, change: JobChange): Promise<Job>;
  /** Deletes a finished job with its executions. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  delete(id: number): Promise<void>;
  /** Cancels all unfinished jobs that match and were created before the call. @returns how many were cancelled */
  cancelAll(filter: JobFilter): Promise<number>;
  /** Requeues all failed and cancelled jobs that match and had ended before the call. @returns how many were requeued */
  retryAll(filter: JobFilter): Promise<number>;
  /** Explains why a job is not running. @throws {RatchetError} JOB_NOT_FOUND */
  explain(id: number): Promise<JobExplanation>;
  /** Resolves when the job has ended. @throws {RatchetError} JOB_NOT_FOUND, or the signal's reason */
  wait(id: number, signal: AbortSignal): Promise<Job>;
}

/** Settings and dependencies of a queue. */
export interface QueueOptions {
  store: Pick<Store, "jobs" | "events">;
  /** Maximum size of a job's input, bytes. @default 16 MB */
  maxInputBytes?: number;
}

/**
 * Creates the queue over a store. It has no state of its own.
 * @example
 * ```ts
 * import { systemClock } from "../lib/clock.ts";
 * import { openStore } from "../store/sqlite/open.ts";
 *
 * const store = openStore({ url: "sqlite::memory:", clock: systemClock, onListenerError: console.error });
 * const uuid = "b9c0a9c5-9a1c-4c0a-8f0e-0d6c5a3b2f10";
 * const task = { uuid, label: "resize", description: "Resize an image", version: "1.0.0", source: "tasks" };
 * await store.tasks.sync([{ ...task, validatedAt: null, versions: [] }]);
 *
 * const queue = createQueue({ store });
 * const image = { taskId: 1, inputJson: '{"path":"a.png"}', uniqueKey: "a.png" };
 * const [first] = await queue.enqueue([image]);
 * const [second] = await queue.enqueue([image]);
 * [first?.created, second?.created]; // => [true, false]
 * (await queue.cancel(1)).status; // => "cancelled"
 * await store.close();
 * ```
 */
export function createQueue(options: QueueOptions): Queue {
  const { jobs } = options.store;
  const maxInputBytes = options.maxInputBytes ?? DEFAULT_MAX_INPUT_BYTES;

  /** Looks at each job once, and at none created meanwhile: a task that fails at once would keep it going forever. */
  async function inSteps(run: (step: BulkStep) => Promise<BulkResult>): Promise<number> {
    const newest = await jobs.list({}, { limit: 1 });
    const upToId = newest.items[0]?.id ?? 0;
    let total = 0;
    for (let afterId: number | null = 0; afterId !== null; ) {
      const { ids, next } = await run({ afterId, upToId, limit: BULK_STEP });
      total += ids.length;
      afterId = next;
    }
    return total;
  }

  return {
    check: (requests) => checkNewJobs(requests, maxInputBytes),
    async enqueue(requests) {
      checkNewJobs(requests, maxInputBytes);
      return jobs.enqueue(requests);
    },
    cancel: (id) => jobs.cancel(id),
    kill: (id) => jobs.kill(id),
    pause: (id) => jobs.pause(id),
    resume: (id, version) => jobs.resume(id, version),
    retry: (id) => jobs.retry(id),
    change: (id, change) => jobs.change(id, change),
    delete: (id) => jobs.delete(id),
    cancelAll: (filter) => inSteps((step) => jobs.cancelMany(filter, step)),
    retryAll: (filter) => inSteps((step) => jobs.retryMany(filter, step)),
    explain: (id) => jobs.explain(id),
    wait: (id, signal) => waitForJob(options.store, id, signal),
  };
}
