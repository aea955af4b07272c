import type { JobStatus } from "../../domain/job.ts";

/** How long something is kept: as long as both allow. */
export interface KeepRule {
  /** ms after it finished. */
  maxAgeMs?: number;
  /** Number of the latest that are kept. */
  maxCount?: number;
}

/** What is kept. What no rule names is kept for ever. */
export interface RetentionPolicy {
  /** Jobs with their executions and logs. */
  jobs: Partial<Record<Extract<JobStatus, "completed" | "failed" | "cancelled">, KeepRule>>;
  /** Direct executions, which belong to no job. */
  directExecutions: KeepRule;
  events: KeepRule;
  /** Records of firings, not their jobs. */
  firings: Pick<KeepRule, "maxAgeMs">;
}

/** What one step deleted. */
export interface RetentionStep {
  jobs: number;
  executions: number;
  events: number;
  firings: number;
  /** There is more to delete. */
  more: boolean;
}

/** Deletes what is past its time, in steps small enough not to hold anything up. */
export interface RetentionStore {
  /** @param limit largest number of rows of each kind to delete now; five times as many events */
  step(policy: RetentionPolicy, limit: number): Promise<RetentionStep>;
}
