import type { LogEntry, ResourceUsage } from "../../domain/execution.ts";
import type { ExecutionRecord } from "../../domain/execution-record.ts";
import type { Job, JobPriority, JobStatus, NewJob, StoredError } from "../../domain/job.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Page, PageRequest } from "./page.ts";

/** A job that was asked for, and whether it is new. */
export interface EnqueuedJob {
  job: Job;
  /** false: an earlier job had the idempotency key or the unique key. */
  created: boolean;
}

/** Which jobs. All given conditions hold together. */
export interface JobFilter {
  status?: readonly JobStatus[];
  taskId?: number;
  scheduleId?: number;
  priority?: JobPriority;
  idempotencyKey?: string;
  uniqueKey?: string;
  concurrencyKey?: string;
  /** The exact version that was asked for. */
  version?: string;
  /** Code of the error of the latest attempt. */
  errorCode?: string;
  tag?: string;
  /** ms since the epoch, inclusive. */
  createdFrom?: number;
  /** ms since the epoch, exclusive. */
  createdTo?: number;
}

/** What can be changed of a waiting job. */
export interface JobChange {
  priority?: JobPriority;
  /** Not before this time, ms since the epoch. */
  runAt?: number;
}

/** A job in the hands of a worker. */
export interface ClaimedJob {
  job: Job;
  /** Rises with every claim of the job: the fence for writes. Also the number of the attempt, from 1. */
  claim: number;
  executionId: number;
}

/** How an attempt ended, and so what happens to its job. */
export type AttemptResult =
  | { kind: "completed"; outputJson: string }
  | { kind: "failed"; error: StoredError }
  /** Tried again at `runAt`, ms since the epoch. */
  | { kind: "retry"; error: StoredError; runAt: number }
  /** There was no task to run: waits for it while it may, else `otherwise` holds. */
  | { kind: "missing"; error: StoredError; otherwise: Extract<AttemptResult, { kind: "failed" | "retry" }> }
  /** Handed back unfinished: uses up no retry. */
  | { kind: "released" }
  /** The job is not the worker's any more. If it was cancelled, what the attempt logged and used is kept. */
  | { kind: "cancelled" };

/** An attempt that has ended. */
export interface FinishedAttempt {
  claimed: ClaimedJob;
  result: AttemptResult;
  /** Version that ran, when it got that far. */
  version: string | null;
  startedAt: number;
  finishedAt: number;
  usage: ResourceUsage | null;
  /** Lines not stored yet. */
  logs: readonly LogEntry[];
  /** Number of lines of this execution stored before. */
  logsStored: number;
  progress: JsonValue;
}

/** A worker completes attempts and claims its next jobs, in one transaction. */
export interface CompleteRequest {
  workerId: string;
  finished: readonly FinishedAttempt[];
  /** How many jobs it can take. */
  capacity: number;
}

/** What {@link JobStore.completeAndClaim} did. */
export interface CompleteResult {
  /** false: the worker was taken for dead and gets no jobs until it registers again. */
  known: boolean;
  claimed: ClaimedJob[];
  /** Ids of finished jobs whose lease was lost: nothing was written for them. */
  lost: number[];
  /** When time alone will make another job ready, ms since the epoch. */
  nextDueAt: number | null;
  /** More jobs may be ready than were looked at: come again soon. */
  more: boolean;
}

/** Why a job does not run. */
export interface JobExplanation {
  /** In a word, for machines. */
  reason:
    | "finished"
    | "running"
    | "not_due"
    | "queue_paused"
    | "task_paused"
    | "task_disabled"
    | "task_missing"
    | "task_concurrency"
    | "task_rate"
    | "key_concurrency"
    | "key_rate"
    | "suspect"
    | "waiting_for_worker"
    | "no_worker";
  /** For people. */
  message: string;
  /** When that will have passed, where time alone decides, ms since the epoch. */
  until: number | null;
  /** Jobs that go first: ready ones, or those that wait for the same limit. Counted up to 10,000. */
  ahead: number | null;
  limit: number | null;
  running: number | null;
}

/** One step of a bulk operation: jobs in the order of their ids, each looked at once. */
export interface BulkStep {
  /** Jobs with larger ids only. 0 for the first step. */
  afterId: number;
  /** Jobs with this id and smaller ones only. */
  upToId: number;
  /** How many to look at. */
  limit: number;
}

/** What one step did. */
export interface BulkResult {
  /** Jobs that were changed. */
  ids: number[];
  /** `afterId` for the next step; null after the last one. */
  next: number | null;
}

/** Jobs. Every method is one transaction, and what it wrote is on the disk when its promise resolves. */
export interface JobStore {
  /**
   * Makes jobs, all or none, in order.
   * @throws {RatchetError} CONFLICT when an idempotency key was used for another request
   */
  enqueue(jobs: readonly NewJob[]): Promise<EnqueuedJob[]>;
  get(id: number): Promise<Job | undefined>;
  byIdempotencyKey(key: string): Promise<Job | undefined>;
  getMany(ids: readonly number[]): Promise<Job[]>;
  /**
   * The first of the jobs with these ids: as many as have inputs of `maxBytes` together, but one at least.
   * @returns `taken`: how many of the ids were looked at, from the first on
   */
  firstOf(ids: readonly number[], maxBytes: number): Promise<{ jobs: Job[]; taken: number }>;
  list(filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** Exact; from the counters when the filter has at most a status and a task. */
  count(filter: JobFilter): Promise<number>;
  /** Stores the attempt results of a worker and claims its next jobs. */
  completeAndClaim(request: CompleteRequest): Promise<CompleteResult>;
  /** Stores progress and log lines of running attempts. Those whose lease was lost are passed over; of cancelled ones the lines are kept. */
  report(reports: readonly AttemptReport[]): Promise<void>;
  /**
   * Cancels a waiting or running job.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION when it is finished
   */
  cancel(id: number): Promise<Job>;
  /**
   * Requeues a failed or cancelled job, with all its retries.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION when it is neither, CONFLICT when its unique key is taken
   */
  retry(id: number): Promise<Job>;
  /**
   * Changes a job that waits.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION when it runs or has ended
   */
  change(id: number, change: JobChange): Promise<Job>;
  /**
   * Deletes a finished job with its executions.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION when it is unfinished
   */
  delete(id: number): Promise<void>;
  /** Cancels the next unfinished jobs that match. */
  cancelMany(filter: JobFilter, step: BulkStep): Promise<BulkResult>;
  /** Retries the next failed or cancelled jobs that match, passing over those whose unique key is taken. */
  retryMany(filter: JobFilter, step: BulkStep): Promise<BulkResult>;
  /** @throws {RatchetError} JOB_NOT_FOUND */
  explain(id: number): Promise<JobExplanation>;
  /** Executions of a job, oldest first. */
  executions(id: number): Promise<ExecutionRecord[]>;
}

/** News of a running attempt. */
export interface AttemptReport {
  claimed: ClaimedJob;
  progress?: JsonValue;
  logs?: readonly LogEntry[];
  /** Sequence number of the first of `logs`. */
  firstLog?: number;
}
