/** A stretch of time for which there are stats over time. */
export const HISTORY_PERIODS = ["hour", "day", "week"] as const;

export type HistoryPeriod = (typeof HISTORY_PERIODS)[number];

/** What happened in a step of time, or to a task in a period. */
export interface HistoryCounts {
  /** Jobs that were created. */
  enqueued: number;
  /** Attempts of jobs that started. */
  waits: number;
  /** How long they had waited together, ms. */
  waitMs: number;
  /** Executions that ended, those of jobs and direct ones. */
  completed: number;
  failed: number;
  cancelled: number;
  /** How long those took together of which that is known, ms. */
  runMs: number;
  /** How many of them took how long, by the class of `src/domain/run-times.ts`. */
  runTimes: readonly number[];
}

/** Which part of the history to read. */
export interface HistoryRequest {
  period: HistoryPeriod;
  taskId?: number;
  /** Patterns of the labels of tasks: only what belongs to a task that matches one of them. */
  labels?: readonly string[];
  /** The most tasks to return. */
  maxTasks: number;
}

/** What happened in a period. */
export interface History {
  /** Beginning of the first step and end of the last one, ms since the epoch. */
  from: number;
  to: number;
  /** Length of a step, ms. */
  stepMs: number;
  /** The steps in which something happened, by the time at which they begin, ms since the epoch. */
  steps: ReadonlyMap<number, HistoryCounts>;
  /** The tasks with the most ended executions, most first. */
  tasks: readonly { taskId: number; counts: HistoryCounts }[];
}
