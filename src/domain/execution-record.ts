import type { StoredError } from "./job.ts";

/** Where one attempt stands. */
export type ExecutionStatus = "pending" | "running" | "completed" | "failed" | "cancelled";

export const EXECUTION_STATUSES = ["pending", "running", "completed", "failed", "cancelled"] as const;

/**
 * What an execution may become; the database refuses everything else. running to failed is also what happens when its
 * worker was lost.
 */
export const EXECUTION_TRANSITIONS: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  pending: ["running", "cancelled"],
  running: ["completed", "failed", "cancelled"],
  completed: [],
  failed: [],
  cancelled: [],
};

/** One attempt as stored, queued or direct. Times are ms since the epoch. */
export interface ExecutionRecord {
  id: number;
  /** null for a direct execution. */
  jobId: number | null;
  taskId: number;
  /** Version that ran, once known. */
  version: string | null;
  /** From 1. */
  attempt: number;
  status: ExecutionStatus;
  workerId: string;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  durationMs: number | null;
  /** From the moment the job was due to the start, ms. */
  queueWaitMs: number;
  cpuMs: number | null;
  peakMemoryBytes: number | null;
  fetchCount: number | null;
  fetchBytes: number | null;
  logCount: number;
  error: StoredError | null;
}

/** An {@link ExecutionRecord} with what went in and came out, as JSON text. */
export interface ExecutionDetail extends ExecutionRecord {
  inputJson: string;
  outputJson: string | null;
}
