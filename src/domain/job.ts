import type { JsonObject, JsonValue } from "./json.ts";

/** Where a job stands. A delayed job is queued with a time. */
export type JobStatus = "queued" | "processing" | "retrying" | "completed" | "failed" | "cancelled";

export const JOB_STATUSES = ["queued", "processing", "retrying", "completed", "failed", "cancelled"] as const;

/**
 * What a job may become. The database refuses everything else (migrations/0001_init.sql has the same table; a test
 * compares the two).
 *
 * - processing to queued: handed back while draining, or rescued after its worker was lost
 * - processing to cancelled: cancelled while it ran
 * - failed and cancelled to queued: retried by hand
 */
export const JOB_TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ["processing", "cancelled"],
  processing: ["completed", "failed", "cancelled", "retrying", "queued"],
  retrying: ["processing", "cancelled"],
  completed: [],
  failed: ["queued"],
  cancelled: ["queued"],
};

/** How urgent a job is. */
export type JobPriority = "low" | "normal" | "high" | "critical";

/** In rising order; the index is what is stored. */
export const JOB_PRIORITIES = ["low", "normal", "high", "critical"] as const;

/** Retries after the first attempt, when nobody says anything else. */
export const DEFAULT_MAX_RETRIES = 3;

/** How often a job is taken up again after its worker was lost. One more loss fails it. */
export const MAX_RESCUES = 5;

/** After so many such losses a job is a suspect: it may be what ends the process, and runs with few others like it. */
export const SUSPECT_RESCUES = 2;

/** Largest number of jobs in one batch. */
export const MAX_BATCH_SIZE = 10_000;

/** Largest number of tags of a job. */
export const MAX_TAGS = 20;

/** An error as stored with a job or an execution: safe to show. */
export interface StoredError {
  /** {@link ErrorCode} */
  code: string;
  message: string;
  remedy?: string;
  data?: JsonObject;
  /** `error.name` of what the task threw. */
  type?: string;
  /** HTTP status of a typed error. */
  status?: number;
  /** Error as thrown by the guest: name, message, classes, code, stack, status, cause, errors. */
  guest?: JsonObject;
}

/** A job to be made. The caller has found the task and checked the input against its schema. */
export interface NewJob {
  /** Row id of the task in the store. */
  taskId: number;
  /** Exact version to run; the newest at the time it runs when absent. */
  version?: string;
  /** JSON text. */
  inputJson: string;
  /** @default "normal" */
  priority?: JobPriority;
  /** Not before this time, ms since the epoch. @default now */
  runAt?: number;
  /** @default what the task says when an attempt fails, else the server */
  maxRetries?: number;
  /** The same key again gives the same job for as long as that job is kept. */
  idempotencyKey?: string;
  /** While an unfinished job of the same task has this key, that job is given in place of a new one. */
  uniqueKey?: string;
  /** Jobs that share it share the limits set for it (by default one runs at a time). */
  concurrencyKey?: string;
  /** Words by which jobs are found, each once; up to {@link MAX_TAGS}. @default none */
  tags?: readonly string[];
}

/** A job as stored. Times are ms since the epoch. */
export interface Job {
  id: number;
  taskId: number;
  version: string | null;
  status: JobStatus;
  priority: JobPriority;
  inputJson: string;
  runAt: number;
  /**
   * How often it was started: the number of its executions, and the `attempt` of the latest. Nothing sets it back, not
   * even a retry by hand.
   */
  attempts: number;
  /** Retries used up of those it may have. Handed back and rescued attempts use none; a retry by hand gives all back. */
  retries: number;
  /** As asked for when it was made; null when the task decides, else the server. */
  maxRetries: number | null;
  /** Times its worker was lost. */
  rescues: number;
  idempotencyKey: string | null;
  uniqueKey: string | null;
  concurrencyKey: string | null;
  tags: readonly string[];
  scheduleId: number | null;
  /** The firing it was created for: by the plan, or when it was triggered by hand. null without a schedule. */
  scheduledAt: number | null;
  /** Latest value the task reported. */
  progress: JsonValue;
  /** Why the latest attempt failed. */
  error: StoredError | null;
  /** Latest execution. */
  executionId: number | null;
  workerId: string | null;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
}

/** Whether a job in this status will not change by itself any more. */
export function isFinished(status: JobStatus): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
