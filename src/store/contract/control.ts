import type { ExecutionStatus } from "../../domain/execution-record.ts";
import type { JobStatus } from "../../domain/job.ts";

/** What a pause holds back: everything, or the jobs of one task. */
export type PauseScope = "all" | { taskId: number };

/** A pause as stored. */
export interface Pause {
  scope: PauseScope;
  note: string | null;
  /** ms since the epoch. */
  pausedAt: number;
}

/** What limits apply to: a task, a concurrency key, or all keys that have none of their own. */
export type LimitScope = { taskId: number } | { key: string } | "any key";

/** Limits on jobs that run. */
export interface Limits {
  /** Jobs at once. */
  concurrency?: number;
  /** Starts in each period: a burst of `count` is let through, then one each periodMs/count. */
  rate?: { count: number; periodMs: number };
}

/** Pauses and limits. Jobs they hold back stay queued. */
export interface ControlStore {
  /** Pausing again replaces the note. */
  pause(scope: PauseScope, note: string | null): Promise<void>;
  /** @returns false when it was not paused */
  resume(scope: PauseScope): Promise<boolean>;
  pauses(): Promise<Pause[]>;
  /** Replaces the limits; `null` removes them (a key then lets one job through at a time). */
  setLimits(scope: LimitScope, limits: Limits | null): Promise<void>;
  limits(): Promise<{ scope: LimitScope; limits: Limits }[]>;
}

/** Counts over everything that is kept. */
export interface Stats {
  jobs: Record<JobStatus, number>;
  executions: Record<ExecutionStatus, number>;
  /** Mean duration of completed executions, ms; null when there is none. */
  meanDurationMs: number | null;
}

/** Stats, read from counters: the cost does not depend on how much is stored. */
export interface StatsStore {
  /** @param taskId of one task only */
  read(taskId?: number): Promise<Stats>;
  /** Of several tasks at once. */
  readMany(taskIds: readonly number[]): Promise<Map<number, Stats>>;
  /** Age of the oldest ready job, ms; null when none is ready. */
  oldestReadyMs(): Promise<number | null>;
}
