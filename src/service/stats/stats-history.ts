import { runTimeQuantile } from "../../domain/run-times.ts";
import { defined } from "../../lib/defined.ts";
import type { HistoryCounts, HistoryPeriod } from "../../store/contract/history.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";

/** What happened in a step of time, or to a task in a period. */
export interface HistoryFigures {
  /** Jobs that were created. */
  enqueued: number;
  /** Executions that ended, those of jobs and direct ones. */
  completed: number;
  failed: number;
  cancelled: number;
  /** Between when jobs were due and their start, ms; null if none started. */
  meanWaitMs: number | null;
  /** Durations of executions, ms; null if none ended. */
  meanRunMs: number | null;
  p50RunMs: number | null;
  p95RunMs: number | null;
}

/** Stats over a period up to now. */
export interface StatsHistory {
  period: HistoryPeriod;
  /** ms since the epoch. */
  from: number;
  to: number;
  stepMs: number;
  /** All steps in order. `at`: ms since the epoch. */
  buckets: ({ at: number } & HistoryFigures)[];
  byTask: ({ task: TaskRecord | undefined } & HistoryFigures)[];
}

const MAX_TASKS = 20;

/** Reads the stats over a period, of one task or of all. @throws {RatchetError} TASK_NOT_FOUND */
export async function readStatsHistory(
  { store }: Pick<ServiceDependencies, "store">,
  period: HistoryPeriod,
  task: TaskReference | undefined,
): Promise<StatsHistory> {
  const taskId = await taskIdOf(store.tasks, task);
  const history = await store.stats.history({ period, maxTasks: MAX_TASKS, ...defined({ taskId }) });
  const { from, to, stepMs, steps, tasks } = history;
  const buckets: StatsHistory["buckets"] = [];
  for (let at = from; at < to; at += stepMs) buckets.push({ at, ...figuresOf(steps.get(at) ?? NOTHING) });
  const records = new Map((await store.tasks.getMany(tasks.map((one) => one.taskId))).map((one) => [one.id, one]));
  const byTask = tasks.map(({ taskId: id, counts }) => ({ task: records.get(id), ...figuresOf(counts) }));
  return { period, from, to, stepMs, buckets, byTask };
}

const NOTHING: HistoryCounts = {
  enqueued: 0,
  waits: 0,
  waitMs: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  runMs: 0,
  runTimes: [],
};

function figuresOf(counts: HistoryCounts): HistoryFigures {
  const { enqueued, completed, failed, cancelled, waits, waitMs, runMs, runTimes } = counts;
  const runs = runTimes.reduce((sum, count) => sum + count, 0);
  return {
    enqueued,
    completed,
    failed,
    cancelled,
    meanWaitMs: waits === 0 ? null : waitMs / waits,
    meanRunMs: runs === 0 ? null : runMs / runs,
    p50RunMs: runTimeQuantile(runTimes, 0.5),
    p95RunMs: runTimeQuantile(runTimes, 0.95),
  };
}
