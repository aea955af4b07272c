import type { ExecutionStatus } from "../../domain/execution-record.ts";
import type { JobStatus } from "../../domain/job.ts";
import type { History, HistoryRequest } from "./history.ts";

/** What a pause applies to: all jobs, or those of one task. */
export type PauseScope = "all" | { taskId: number };

/** A pause as stored. */
export interface Pause {
  scope: PauseScope;
  note: string | null;
  /** ms since the epoch. */
  pausedAt: number;
}

/** What limits apply to: a task, a concurrency key, or every key without limits of its own. */
export type LimitScope = { taskId: number } | { key: string } | "any key";

/** Limits on running jobs. */
export interface Limits {
  /** Maximum number of jobs that run at once. */
  concurrency?: number;
  /** Maximum number of starts in a period: a burst of `count`, then one every periodMs/count. */
  rate?: { count: number; periodMs: number };
}

/** Pauses and limits. Jobs that they hold back stay queued. */
export interface ControlStore {
  /** Pausing again replaces the note. */
  pause(scope: PauseScope, note: string | null): Promise<void>;
  /** @returns false when it was not paused */
  resume(scope: PauseScope): Promise<boolean>;
  pauses(): Promise<Pause[]>;
  /** Replaces the limits. `null` removes them; a key then lets one job through at a time. */
  setLimits(scope: LimitScope, limits: Limits | null): Promise<void>;
  limits(): Promise<{ scope: LimitScope; limits: Limits }[]>;
}

/** Counts over everything that is kept. */
export interface Stats {
  jobs: Record<JobStatus, number>;
  executions: Record<ExecutionStatus, number>;
  /** Mean duration of completed executions, ms; null if none has completed. */
  meanDurationMs: number | null;
}

/** Stats, read from counters: the cost does not depend on how much is stored. */
export interface StatsStore {
  /** @param filter counts this task only, or tasks whose label matches one of the patterns */
  read(filter?: { taskId?: number; labels?: readonly string[] }): Promise<Stats>;
  /** The stats of several tasks, by task. */
  readMany(taskIds: readonly number[]): Promise<Map<number, Stats>>;
  /** How long the oldest ready job has been waiting, ms; null if no job is ready. @param filter looks at these tasks only */
  oldestReadyMs(filter?: { labels?: readonly string[] }): Promise<number | null>;
  /** What happened in a period up to now. The cost does not depend on how much is stored. */
  history(request: HistoryRequest): Promise<History>;
}
