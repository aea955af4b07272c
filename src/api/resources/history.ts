import { timeText } from "../../lib/time-text.ts";
import type { HistoryFigures, StatsHistory } from "../../service/stats/stats-history.ts";
import { HISTORY_PERIODS } from "../../store/contract/history.ts";
import { COUNT, NUMBER_OR_NULL, TASK_OR_NULL, TIME } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";
import { taskName } from "./task-name.ts";

const FIGURES = {
  enqueued: { ...COUNT, description: "Number of jobs that were created." },
  completed: { ...COUNT, description: "Number of executions that completed, those of jobs and direct ones." },
  failed: { ...COUNT, description: "Number of executions that failed. A job that is retried may have several." },
  cancelled: { ...COUNT, description: "Number of executions that were cancelled." },
  meanWaitMs: {
    ...NUMBER_OR_NULL,
    description: "Mean time between when jobs were due and their start, in ms; null if none started.",
  },
  meanRunMs: { ...NUMBER_OR_NULL, description: "Mean duration of the executions, in ms; null if none ended." },
  p50RunMs: {
    ...NUMBER_OR_NULL,
    description: "Half of the executions took at most this long, in ms, estimated from counts; null if none ended.",
  },
  p95RunMs: {
    ...NUMBER_OR_NULL,
    description: "95 % of the executions took at most this long, in ms, estimated from counts; null if none ended.",
  },
} as const;

/** What happened in a step of time. */
export const HISTORY_BUCKET = defineResource("What happened in a step of time.", {
  at: { ...TIME, description: "When the step begins." },
  ...FIGURES,
});

/** What happened to a task in a period. */
export const TASK_HISTORY = defineResource("What happened to a task in the period.", {
  task: { ...TASK_OR_NULL, description: "The task; null once it is gone from the database." },
  ...FIGURES,
});

/** Stats over a period up to now. */
export const STATS_HISTORY = defineResource("Stats over a period up to now.", {
  period: { type: "string", enum: HISTORY_PERIODS, description: "The period that was asked for." },
  from: { ...TIME, description: "When the first step begins." },
  to: { ...TIME, description: "When the last step ends. That step is not over yet." },
  stepMs: { ...COUNT, description: "Length of a step, in ms." },
  buckets: {
    type: "array",
    items: HISTORY_BUCKET,
    description: "All steps in order, also those in which nothing happened.",
  },
  byTask: {
    type: "array",
    items: TASK_HISTORY,
    description: "The tasks with the most ended executions in the period, most first; at most 20.",
  },
});

/** Stats over a period as REST shows them. */
export function historyView({ period, from, to, stepMs, buckets, byTask }: StatsHistory): View<typeof STATS_HISTORY> {
  return {
    period,
    from: timeText(from),
    to: timeText(to),
    stepMs,
    buckets: buckets.map(({ at, ...figures }) => ({ at: timeText(at), ...figures })),
    byTask: byTask.map(({ task, ...figures }) => ({ task: task === undefined ? null : taskName(task), ...figures })),
  };
}

const NOTHING: HistoryFigures = {
  enqueued: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  meanWaitMs: null,
  meanRunMs: null,
  p50RunMs: null,
  p95RunMs: null,
};

/** Stats over a period for the examples of the OpenAPI document. */
export const STATS_HISTORY_EXAMPLE = {
  period: "hour",
  from: "2026-11-23T07:01:00.000Z",
  to: "2026-11-23T08:01:00.000Z",
  stepMs: 60_000,
  buckets: [
    { at: "2026-11-23T07:01:00.000Z", ...NOTHING },
    {
      at: "2026-11-23T08:00:00.000Z",
      enqueued: 12,
      completed: 11,
      failed: 1,
      cancelled: 0,
      meanWaitMs: 4,
      meanRunMs: 18.5,
      p50RunMs: 15,
      p95RunMs: 45.5,
    },
  ],
  byTask: [
    {
      task: { id: 1, uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10", label: "addition" },
      enqueued: 12,
      completed: 11,
      failed: 1,
      cancelled: 0,
      meanWaitMs: 4,
      meanRunMs: 18.5,
      p50RunMs: 15,
      p95RunMs: 45.5,
    },
  ],
} satisfies View<typeof STATS_HISTORY>;
