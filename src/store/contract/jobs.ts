import type { LogEntry, ResourceUsage } from "../../domain/execution.ts";
import type { ExecutionRecord } from "../../domain/execution-record.ts";
import type { Job, JobParent, JobPriority, JobStatus, NewJob, StoredError } from "../../domain/job.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Touched } from "../../domain/ledger.ts";
import type { KeptRecording } from "../../domain/recording.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { ExecutionTraceStart } from "../../domain/trace.ts";
import type { JobExplanation } from "./job-explanation.ts";
import type { Page, PageRequest } from "./page.ts";
import type { RunWrite, RunWritten, Settlement } from "./runs.ts";

/** A requested job, and whether it is new. */
export interface EnqueuedJob {
  job: Job;
  /** false if an earlier job has the idempotency key or the unique key. */
  created: boolean;
}

/** Selects jobs that meet all the given conditions. */
export interface JobFilter {
  status?: readonly JobStatus[];
  taskId?: number;
  scheduleId?: number;
  priority?: JobPriority;
  idempotencyKey?: string;
  uniqueKey?: string;
  concurrencyKey?: string;
  correlationKey?: string;
  /** The exact version that was requested. */
  version?: string;
  /** The execution whose run started them. */
  parentExecutionId?: number;
  /** Error code of the latest attempt. */
  errorCode?: string;
  tag?: string;
  /** Patterns of the labels of tasks: only what belongs to a task that matches one of them. */
  labels?: readonly string[];
  /** ms since the epoch, inclusive. */
  createdFrom?: number;
  /** ms since the epoch, exclusive. */
  createdTo?: number;
}

/** Changes to a waiting job. */
export interface JobChange {
  priority?: JobPriority;
  /** Earliest start, ms since the epoch. */
  runAt?: number;
}

/** A job that a worker has claimed. */
export interface ClaimedJob {
  job: Job;
  /** It rises with every claim, and fences the writes of workers. The number of the attempt is `job.attempts`. */
  claim: number;
  /** If it is `job.runId`, the execution goes on with a run that is stored: `RunStore.load`. */
  executionId: number;
  /** Console lines of the execution that are stored, from before its run slept. */
  logsStored: number;
  trace: ExecutionTraceStart;
  /** Since when the job has waited for this attempt, ms since the epoch. */
  waitedFrom: number;
}

/** How an attempt ended, and so what happens to its job. */
export type AttemptResult =
  | { kind: "completed"; outputJson: ShareableText }
  | { kind: "failed"; error: StoredError }
  /** The job is retried at `runAt`, ms since the epoch. A run goes on over a copy of its journal, in another execution. */
  | { kind: "retry"; error: StoredError; runAt: number }
  /**
   * There was no task to run. The job waits for the task; once it has waited long enough, it fails. `otherwise` applies
   * if the task is back by now.
   */
  | { kind: "missing"; error: StoredError; otherwise: Extract<AttemptResult, { kind: "failed" | "retry" }> }
  /** The worker hands the job back unfinished, which uses up no retry. A run goes on with its image and journal. */
  | { kind: "released" }
  | AsleepResult
  /** `continueAsNew`: the execution completes, and the job is queued with another input and without a run. */
  | { kind: "renewed"; inputJson: ShareableText }
  /** The worker ends a run that was cancelled. */
  | { kind: "stopped"; error: StoredError }
  /** The run can go on neither from its image nor over its journal. */
  | { kind: "attention"; error: StoredError }
  /**
   * The worker no longer owns the job. If it was cancelled, the console lines and the usage of the attempt are kept.
   */
  | { kind: "cancelled" };

/** The run sleeps until one of the operations that it waits for has a result. The execution goes on when it wakes. */
export interface AsleepResult {
  kind: "asleep";
  /** Encrypted. It replaces an earlier one. */
  image: Uint8Array;
  /** The digest of the engine that can wake it. */
  engine: string;
  /** Numbers of the operations that it waits for. The job is due when the first of them is. */
  open: readonly number[];
  /** How many operations the image has asked for. Later ones may be recorded, if it is the image of code that was repeated. */
  operations: number;
  /** The number of the first message whose readings are not all in the image. */
  readingsFrom: number;
  /** It waits until more items of its stream are taken than these. */
  room?: number | undefined;
  /** It waits for the row of its input with this number. */
  row?: number | undefined;
  /** Time at work so far, ms. */
  workedMs: number;
  /** It was put to sleep in order to be paused. */
  paused: boolean;
  /** It was told that it is cancelled. One that was not wakes at once, if it is. @default false */
  toldCancelled?: boolean;
}

/** An attempt that has ended. A run that wakes has several, and their usage is added up. */
export interface FinishedAttempt {
  claimed: ClaimedJob;
  result: AttemptResult;
  /** Version that ran; null if the attempt did not get that far. */
  version: string | null;
  startedAt: number;
  finishedAt: number;
  usage: ResourceUsage | null;
  /** What it touched; undefined if that is nothing. */
  touched?: Touched | undefined;
  /** Its spans, as `ExecutionTrace` writes them. @default those that are stored */
  trace?: string | undefined;
  /** What a replay needs; undefined if it can be derived, or if nothing is recorded. */
  recording?: KeptRecording | undefined;
  /** Console lines that are not stored yet. */
  logs: readonly LogEntry[];
  /** Number of lines of this execution that are already stored. */
  logsStored: number;
  progress: JsonValue;
  /** Its parent's run has its result already, before it is stored. @default false */
  toldEarly?: boolean;
  /** How many of the request's `runs` are to be stored before it. @default those of its own run, and no others */
  after?: number;
}

/** A child that is to run before it is stored. */
export interface EarlyChild {
  workerId: string;
  job: NewJob;
  parent: JobParent;
}

/** A worker completes attempts and claims its next jobs, in one transaction. */
export interface CompleteRequest {
  workerId: string;
  finished: readonly FinishedAttempt[];
  /** What runs record. @default nothing */
  runs?: readonly RunWrite[];
  /** The most jobs to claim. */
  capacity: number;
}

/** What {@link JobStore.completeAndClaim} did. */
export interface CompleteResult {
  /** false if the worker was considered lost: it gets no jobs until it registers again. */
  known: boolean;
  claimed: ClaimedJob[];
  /** Ids of jobs that the worker no longer owned: their attempt results were not stored. */
  lost: number[];
  /** For each of the runs that were to record something, in the same order. */
  runs: RunWritten[];
  /**
   * Operations that have got a result, of runs that this worker carries: those that `runs` have settled themselves, too.
   * In the order of their results. For a run of another worker there is an event `execution.settled`.
   */
  settled: Settlement[];
  /**
   * Executions whose runs were told results early that do not hold: the worker did not own those children any more. Nothing that
   * these runs have recorded since is stored, and attempts of theirs that have ended are handed back.
   */
  misled: number[];
  /** When the next job becomes ready by the passing of time alone, ms since the epoch. */
  nextDueAt: number | null;
  /** Other jobs may be ready that were not considered: call again soon. */
  more: boolean;
}

/** One step of a bulk operation, which considers jobs in the order of their ids, each once. */
export interface BulkStep {
  /** Considers jobs with larger ids only. 0 for the first step. */
  afterId: number;
  /** Considers jobs with this id and smaller ones only. */
  upToId: number;
  /** The most jobs to consider. */
  limit: number;
}

/** What one step of a bulk operation did. */
export interface BulkResult {
  /** Jobs that were changed. */
  ids: number[];
  /** `afterId` for the next step; null after the last one. */
  next: number | null;
}

/** Jobs. Each method is one transaction; what it wrote is durable when its promise resolves. */
export interface JobStore {
  /**
   * Creates jobs, all or none. @returns them in the order of the request
   * @throws {RatchetError} CONFLICT if an idempotency key was used for another request, or if an unfinished job of the task
   *   has the correlation key
   */
  enqueue(jobs: readonly NewJob[]): Promise<EnqueuedJob[]>;
  get(id: number): Promise<Job | undefined>;
  byIdempotencyKey(key: string): Promise<Job | undefined>;
  getMany(ids: readonly number[]): Promise<Job[]>;
  /**
   * The first of the jobs with these ids, as many as have inputs of `maxBytes` together, but at least one.
   * @returns `taken`: how many of the ids were used, from the first on
   */
  firstOf(ids: readonly number[], maxBytes: number): Promise<{ jobs: Job[]; taken: number }>;
  list(filter: JobFilter, page: PageRequest): Promise<Page<Job>>;
  /** The exact number. It is cheap if the filter has only a status and a task. */
  count(filter: JobFilter): Promise<number>;
  /**
   * Claims the child of a call before it is stored, which costs nothing. It is stored with the operation that starts it, which has
   * to be the next change of its run: `NewOperation.started`.
   * @returns undefined if something may keep it from starting: then it has to be queued as usual
   */
  startEarly(child: EarlyChild): ClaimedJob | undefined;
  /** Stores the attempt results of a worker and claims its next jobs. */
  completeAndClaim(request: CompleteRequest): Promise<CompleteResult>;
  /**
   * Stores progress and console lines of running attempts. It ignores attempts whose worker no longer owns the job,
   * except for the lines of cancelled ones.
   */
  report(reports: readonly AttemptReport[]): Promise<void>;
  /**
   * Cancels a waiting or running job. A run is asked to end: it wakes for that, and an event `job.cancelling` tells the
   * worker that carries it.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION if it is finished
   */
  cancel(id: number): Promise<Job>;
  /**
   * Cancels a waiting or running job at once, whatever its run would still do.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION if it is finished
   */
  kill(id: number): Promise<Job>;
  /**
   * Pauses a waiting job at once. A running one with a run is asked to go to sleep first: an event `job.pausing` tells the
   * worker that carries it.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION if it is neither, or is being cancelled
   */
  pause(id: number): Promise<Job>;
  /**
   * Lets a paused job go on. Requeues a failed job or one that needs attention like {@link JobStore.retry}.
   * @param version runs from now on, over the journal. @default the version that it had
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION otherwise, CONFLICT if a key of it is taken
   */
  resume(id: number, version?: string): Promise<Job>;
  /**
   * Requeues a failed or cancelled job or one that needs attention, with all its retries. Its run goes on over its journal.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION if it is neither, CONFLICT if a key of it is taken
   */
  retry(id: number): Promise<Job>;
  /**
   * Changes a waiting job.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION if it is running or finished
   */
  change(id: number, change: JobChange): Promise<Job>;
  /**
   * Deletes a finished job with its executions.
   * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION if it is unfinished
   */
  delete(id: number): Promise<void>;
  /** Cancels the next unfinished jobs that match. */
  cancelMany(filter: JobFilter, step: BulkStep): Promise<BulkResult>;
  /** Requeues the next failed or cancelled jobs that match, except those whose unique key is taken. */
  retryMany(filter: JobFilter, step: BulkStep): Promise<BulkResult>;
  /** @throws {RatchetError} JOB_NOT_FOUND */
  explain(id: number): Promise<JobExplanation>;
  /** Executions of a job, oldest first. */
  executions(id: number): Promise<ExecutionRecord[]>;
}

/** Progress and console lines of a running attempt. */
export interface AttemptReport {
  claimed: ClaimedJob;
  progress?: JsonValue;
  logs?: readonly LogEntry[];
  /** Sequence number of the first of `logs`. */
  firstLog?: number;
}
