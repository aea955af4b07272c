import type { JsonObject, JsonValue } from "./json.ts";
import type { RetryPolicy } from "./retry-policy.ts";
import type { ShareableText } from "./shared-text.ts";
import type { JobTrace } from "./trace.ts";

/** Status of a job. A delayed job is queued with a time. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Statuses of a job that has not ended. */
export const UNFINISHED_STATUSES = [
  "queued",
  "processing",
  "retrying",
  "sleeping",
  "paused",
  "needs_attention",
] as const;

export const JOB_STATUSES = [...UNFINISHED_STATUSES, "completed", "failed", "cancelled"] as const;

/** Statuses of a job that can be requeued by hand. */
export const REQUEUED_STATUSES: readonly JobStatus[] = ["failed", "cancelled", "needs_attention"];

/**
 * Allowed transitions of a job. The database rejects all others (migrations/0022_runs.sql has the same table, and a
 * test compares the two).
 *
 * - processing to queued: handed back while draining, or rescued after its worker was lost
 * - processing to cancelled: cancelled while running
 * - failed, cancelled and needs_attention to queued: requeued by hand
 * - processing to sleeping: its run waits for something durable, or was rescued after its worker was lost
 * - paused to sleeping or queued: resumed, with or without a run
 */
export const JOB_TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ["processing", "cancelled", "paused"],
  processing: ["completed", "failed", "cancelled", "retrying", "queued", "sleeping", "paused", "needs_attention"],
  retrying: ["processing", "cancelled", "paused"],
  sleeping: ["processing", "cancelled", "paused", "failed"],
  paused: ["sleeping", "queued", "cancelled"],
  needs_attention: ["queued", "cancelled"],
  completed: [],
  failed: ["queued"],
  cancelled: ["queued"],
};

/** Urgency of a job. */
export type JobPriority = (typeof JOB_PRIORITIES)[number];

/** In ascending order. The store keeps the index. */
export const JOB_PRIORITIES = ["low", "normal", "high", "critical"] as const;

/** Default number of retries after the first attempt. */
export const DEFAULT_MAX_RETRIES = 3;

/** How often a job is rescued after its worker was lost. After one more loss it fails. */
export const MAX_RESCUES = 5;

/** After this many rescues a job is a suspect: it may be what kills the process, and runs with few others like it. */
export const SUSPECT_RESCUES = 2;

/** Maximum number of jobs in one batch. */
export const MAX_BATCH_SIZE = 10_000;

/** Maximum length of an idempotency, unique or concurrency key, and of a tag, in characters. */
export const LONGEST_KEY = 200;

/** Maximum number of tags of a job. */
export const MAX_TAGS = 20;

/** An error as stored with a job or an execution. It is safe to show. */
export interface StoredError {
  /** {@link ErrorCode} */
  code: string;
  message: string;
  remedy?: string;
  data?: JsonObject;
  /** `error.name` of the error that the task threw. */
  type?: string;
  /** HTTP status of a typed error. */
  status?: number;
  /** How often the request was sent, if the error is that of a call of `fetch`. */
  attempts?: number;
  /** The error thrown by the guest: name, message, classes, code, stack, status, attempts, cause, errors. */
  guest?: JsonObject;
}

/** What a job has of the streams between the steps of a workflow. */
export interface JobStream {
  /** How many jobs read its stream. @default 0 */
  readers?: number;
  /** The label of the call whose stream is its input. @default it has an input */
  rows?: string;
}

/** A job to be created. The caller has found the task and checked the input against its schema. */
export interface NewJob {
  /** Row id of the task in the store. */
  taskId: number;
  /** Exact version to run. @default the latest version when the job runs */
  version?: string;
  /** JSON text. */
  inputJson: ShareableText;
  /** @default "normal" */
  priority?: JobPriority;
  /** Earliest start, in ms since the epoch. @default now */
  runAt?: number;
  /** @default the task's value when an attempt fails, or else the server's */
  maxRetries?: number;
  /** Creating a job with the same key returns the existing job, as long as that job is kept. */
  idempotencyKey?: string;
  /** While an unfinished job of the same task has this key, that job is returned instead of a new one. */
  uniqueKey?: string;
  /** Jobs with the same key share its limits. By default one of them runs at a time. */
  concurrencyKey?: string;
  /** Unique words for finding jobs, at most {@link MAX_TAGS}. @default none */
  tags?: readonly string[];
  /** Signals can be sent to the job by this key. Only one unfinished job of a task has it. */
  correlationKey?: string;
  /** @default that of the task */
  retry?: RetryPolicy;
  /** The step of a finished run from which this job goes on. */
  forkedFrom?: ForkOrigin;
  /** What it keeps of the journal of the run that it is forked from. */
  journal?: ForkedJournal;
  /** It starts when other jobs have ended. */
  after?: NewChain;
  /** What it has of the streams between the steps of a workflow. */
  stream?: JobStream;
  /** @default a new trace */
  trace?: JobTrace;
}

/**
 * What has to have become of the jobs after which another one starts, once all of them have ended: all completed, at least one
 * failed, or anything.
 */
export type ChainCondition = (typeof CHAIN_CONDITIONS)[number];

export const CHAIN_CONDITIONS = ["completed", "failed", "any"] as const;

/** Maximum number of jobs that one names as those after which it starts. */
export const MAX_AFTER = 1_000;

/** After which jobs a new one starts. If they end otherwise, it is cancelled. */
export interface NewChain {
  /** Their ids; `batch` for all that are created before it with the same request. */
  jobs: readonly number[] | "batch";
  when: ChainCondition;
  /** Its input is made of what has become of them. */
  givesInput: boolean;
}

/** After which jobs a job starts. */
export interface JobChain {
  /** The first ids. */
  jobs: readonly number[];
  /** How many there are. */
  count: number;
  when: ChainCondition;
}

/** The step from which a run was forked. */
export interface ForkOrigin {
  executionId: number;
  step: string;
}

/** What a forked run begins with. */
export interface ForkedJournal {
  executionId: number;
  /** Operations that keep their results: with lower numbers, or without these labels. */
  keep: { below: number } | { withoutLabels: readonly string[] };
  /** What the keys of its steps begin with. */
  runKey: string;
  /** The seed of the other run, encrypted for this key. */
  seed: Uint8Array;
}

/** What a run can be asked to do. */
export type RunRequest = "cancel" | "pause";

/** The operation of a run that has started a job. */
export interface JobParent {
  executionId: number;
  number: number;
  /** The place among the items of a map, from 0; null for a call. */
  item: number | null;
}

/** A job as stored. Times are ms since the epoch. */
export interface Job {
  id: number;
  taskId: number;
  version: string | null;
  status: JobStatus;
  priority: JobPriority;
  inputJson: ShareableText;
  runAt: number;
  /**
   * How often it was started: the number of its executions, and the `attempt` of the latest. A run that wakes goes on
   * with its execution. It is never reset, not even by a manual requeue.
   */
  attempts: number;
  /** Number of used retries. Handed back and rescued attempts do not count; a manual requeue resets the number. */
  retries: number;
  /** As requested at its creation; null if the task or else the server decides. */
  maxRetries: number | null;
  /** How often its worker was lost. */
  rescues: number;
  idempotencyKey: string | null;
  uniqueKey: string | null;
  concurrencyKey: string | null;
  tags: readonly string[];
  correlationKey: string | null;
  /** null: that of the task. */
  retry: RetryPolicy | null;
  /** What it has of the streams between the steps of a workflow. */
  stream: JobStream | null;
  forkedFrom: ForkOrigin | null;
  /** null unless it starts after others. */
  after: JobChain | null;
  /** null unless a run has started it. */
  parent: JobParent | null;
  /** The execution that has the latest run of the job; null if no execution has used durable methods. */
  runId: number | null;
  /** What its run has been asked to do and has not done yet. */
  request: RunRequest | null;
  scheduleId: number | null;
  /** The firing time it was created for, or when it was triggered by hand. null without a schedule. */
  scheduledAt: number | null;
  /** Latest value that the task reported. */
  progress: JsonValue;
  /** Why the latest attempt failed. */
  error: StoredError | null;
  /** Latest execution. */
  executionId: number | null;
  /** 32 hexadecimal digits; null for a job that had ended before jobs had traces. */
  traceId: string | null;
  /** How it came about, for `parseJobTrace`. */
  trace: string | null;
  workerId: string | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
}

/** Returns true if a job in this status no longer changes by itself. */
export function isFinished(status: JobStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
