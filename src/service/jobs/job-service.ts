import type { Job, JobPriority } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import { defined } from "../../lib/defined.ts";
import type { JobExplanation } from "../../store/contract/job-explanation.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { wrongMember } from "../request-checks.ts";
import { type RequestTime, readTime } from "../request-time.ts";
import { type BulkChange, type BulkRequest, changeInBulk } from "./bulk.ts";
import { type CreatedJob, createJob, createJobs, type LastJob } from "./create-job.ts";
import { type JobConditions, readJobFilter } from "./job-filter.ts";
import type { JobRequest } from "./prepare-job.ts";
import { type ResumeRequest, resumeJob } from "./resume-job.ts";

/** Changes of a waiting job. */
export interface ChangeRequest {
  priority?: JobPriority;
  /** The job does not start before this time. */
  runAt?: RequestTime;
}

/** Creates, reads and changes jobs. Pointers are places in the request. */
export interface JobService {
  /** @throws {RatchetError} as {@link createJob} */
  create(request: JobRequest, pointer: string): Promise<CreatedJob>;
  /** @throws {RatchetError} as {@link createJobs} */
  createMany(requests: readonly JobRequest[], pointer: string, last?: LastJob): Promise<EnqueuedJob[]>;
  /** @throws {RatchetError} TASK_NOT_FOUND, USAGE */
  list(conditions: JobConditions, page: PageRequest, pointer: string): Promise<Page<Job>>;
  /** Returns the number of jobs that match. @throws {RatchetError} as {@link list} */
  count(conditions: JobConditions, pointer: string): Promise<number>;
  /** @throws {RatchetError} JOB_NOT_FOUND */
  get(id: number): Promise<Job>;
  /** Returns undefined if there is no such job. */
  find(id: number): Promise<Job | undefined>;
  /** Returns the JSON text of the output; null unless the job is completed. */
  outputOf(job: Job): Promise<ShareableText | null>;
  /** @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  cancel(id: number): Promise<Job>;
  /** Cancels a job at once: the task may not clean up. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  kill(id: number): Promise<Job>;
  /** @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  pause(id: number): Promise<Job>;
  /** @throws {RatchetError} as {@link resumeJob} */
  resume(id: number, request: ResumeRequest, pointer: string): Promise<Job>;
  /** @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT */
  retry(id: number): Promise<Job>;
  /** Changes the priority or the time of a waiting job. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION, USAGE */
  change(id: number, request: ChangeRequest, pointer: string): Promise<Job>;
  /** Deletes a finished job with its executions. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
  delete(id: number): Promise<void>;
  /** Explains why the job is not running. @throws {RatchetError} JOB_NOT_FOUND */
  explain(id: number): Promise<JobExplanation>;
  /** @throws {RatchetError} as {@link changeInBulk} */
  bulk(request: BulkRequest, pointer: string): Promise<BulkChange>;
  /** Resolves when the job has ended. @throws {RatchetError} JOB_NOT_FOUND, or the signal's reason */
  wait(id: number, signal: AbortSignal): Promise<Job>;
}

/** Creates the service of jobs. */
export function createJobService(deps: ServiceDependencies): JobService {
  const { store, queue } = deps;
  return {
    create: (request, pointer) => createJob(deps, request, pointer),
    createMany: (requests, pointer, last) => createJobs(deps, requests, pointer, last),
    list: async (conditions, page, pointer) => store.jobs.list(await readJobFilter(deps, conditions, pointer), page),
    count: async (conditions, pointer) => store.jobs.count(await readJobFilter(deps, conditions, pointer)),
    async get(id) {
      const job = await store.jobs.get(id);
      if (job === undefined) throw noJob(id);
      return job;
    },
    find: (id) => store.jobs.get(id),
    async outputOf({ status, executionId }) {
      if (status !== "completed" || executionId === null) return null;
      return (await store.executions.get(executionId))?.outputJson ?? null;
    },
    cancel: (id) => queue.cancel(id),
    kill: (id) => queue.kill(id),
    pause: (id) => queue.pause(id),
    resume: (id, request, pointer) => resumeJob(deps, id, request, pointer),
    retry: (id) => queue.retry(id),
    async change(id, { priority, runAt }, pointer) {
      if (priority === undefined && runAt === undefined) throw wrongMember(pointer, "must have priority or runAt");
      const time = runAt === undefined ? undefined : readTime(runAt, `${pointer}/runAt`);
      return queue.change(id, defined({ priority, runAt: time }));
    },
    delete: (id) => queue.delete(id),
    explain: (id) => queue.explain(id),
    bulk: (request, pointer) => changeInBulk(deps, request, pointer),
    wait: (id, signal) => queue.wait(id, signal),
  };
}
