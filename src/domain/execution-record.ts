import type { RunRequest, StoredError } from "./job.ts";
import type { ShareableText } from "./shared-text.ts";

/** Status of an execution. */
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Statuses of an execution that has ended. */
export const ENDED_STATUSES = ["completed", "failed", "cancelled"] as const;

export const EXECUTION_STATUSES = [
  "pending",
  "running",
  "sleeping",
  "paused",
  "needs_attention",
  ...ENDED_STATUSES,
] as const;

/**
 * Allowed transitions of an execution. The database rejects all others. An execution whose worker was lost also goes
 * from running to failed, unless it has a run: then it sleeps until another worker goes on with it.
 */
export const EXECUTION_TRANSITIONS: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  pending: ["running", "cancelled"],
  running: ["completed", "failed", "cancelled", "sleeping", "paused", "needs_attention"],
  sleeping: ["running", "paused", "failed", "cancelled"],
  paused: ["running", "sleeping", "cancelled"],
  needs_attention: ["running", "cancelled"],
  completed: [],
  failed: [],
  cancelled: [],
};

/** An execution as stored, of a job or direct. Times are ms since the epoch. */
export interface ExecutionRecord {
  id: number;
  /** null for a direct execution. */
  jobId: number | null;
  taskId: number;
  /** Version that ran, if already known. */
  version: string | null;
  /** Counted from 1. */
  attempt: number;
  status: ExecutionStatus;
  /** 32 hexadecimal digits; null for an execution that had ended before executions had traces. */
  traceId: string | null;
  workerId: string;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  durationMs: number | null;
  /** Time between when the job was due and its start, in ms. */
  queueWaitMs: number;
  cpuMs: number | null;
  peakMemoryBytes: number | null;
  fetchCount: number | null;
  fetchBytes: number | null;
  logCount: number;
  error: StoredError | null;
  /** What its run has been asked to do, and has not done yet. */
  request: RunRequest | null;
}

/** An {@link ExecutionRecord} with its input and output as JSON text. */
export interface ExecutionDetail extends ExecutionRecord {
  inputJson: ShareableText;
  outputJson: ShareableText | null;
}
