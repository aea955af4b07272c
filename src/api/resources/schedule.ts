import { JOB_PRIORITIES } from "../../domain/job.ts";
import {
  FIRING_KINDS,
  FIRING_STATUSES,
  type NextFiring,
  OVERLAP_POLICIES,
  type Schedule,
  type ScheduleFiring,
} from "../../domain/schedule.ts";
import { defined } from "../../lib/defined.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import {
  COUNT,
  COUNT_OR_NULL,
  FLAG,
  ID,
  ID_OR_NULL,
  TASK_OR_NULL,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  WORDS,
} from "./parts.ts";
import { definePartialResource, defineResource, type View } from "./resource.ts";
import { storedValue } from "./stored-json.ts";
import { taskName } from "./task-name.ts";

/** A plan by which jobs are created. */
export const SCHEDULE = defineResource("A rule that creates jobs at given times.", {
  id: { ...ID, description: "Id of the schedule." },
  name: { ...TEXT, description: "Unique name of the schedule." },
  taskId: { ...ID, description: "Id of the task that the schedule runs." },
  task: {
    ...TASK_OR_NULL,
    description: "The task that the schedule runs; null once the task is gone from the database.",
  },
  version: {
    ...TEXT_OR_NULL,
    description: "Exact version of the task to run; null means the newest version at the time it runs.",
  },
  cron: { ...TEXT_OR_NULL, description: "Cron expression; null if the schedule has another kind of plan." },
  timezone: {
    ...TEXT_OR_NULL,
    description: "IANA time zone of the cron expression; null if the schedule has another kind of plan.",
  },
  every: {
    type: ["string", "integer", "null"],
    description:
      "Interval between firings as it was given, such as 5m, or a number of ms; null if the schedule has another kind of plan.",
  },
  at: {
    ...TIME_OR_NULL,
    description: "The only time at which it fires; null if the schedule has another kind of plan.",
  },
  input: { description: "The value that each of its jobs receives." },
  enabled: { ...FLAG, description: "Whether the schedule fires." },
  pausedReason: { ...TEXT_OR_NULL, description: "Why the schedule is paused; null while it is enabled." },
  overlap: {
    type: "string",
    enum: OVERLAP_POLICIES,
    description: "What happens when a firing is due while a job of the schedule is unfinished.",
  },
  catchUpWindow: {
    ...COUNT,
    description: "Firings missed while the server was down are caught up if they are not older than this, in ms.",
  },
  jitter: { ...COUNT, description: "Each firing is delayed by up to this, in ms." },
  startAt: { ...TIME_OR_NULL, description: "The schedule does not fire before this time; null means no bound." },
  endAt: { ...TIME_OR_NULL, description: "The schedule does not fire after this time; null means no bound." },
  pauseOnFailure: {
    ...FLAG,
    description: "Whether the schedule is paused when one of its jobs fails after all retries.",
  },
  priority: { type: "string", enum: JOB_PRIORITIES, description: "Priority of the jobs that the schedule creates." },
  maxRetries: {
    ...COUNT_OR_NULL,
    description: "How often its jobs are retried; null means the number of the task, or else of the server.",
  },
  concurrencyKey: {
    ...TEXT_OR_NULL,
    description: "Concurrency key of the jobs that the schedule creates; null if they have no key.",
  },
  tags: { ...WORDS, description: "Tags of the jobs that the schedule creates." },
  nextAt: {
    ...TIME_OR_NULL,
    description: "Next planned firing, without jitter; null if the schedule will not fire again.",
  },
  lastAt: { ...TIME_OR_NULL, description: "Latest planned firing; null before the first." },
  createdAt: { ...TIME, description: "When the schedule was created." },
  updatedAt: { ...TIME, description: "When the schedule last changed." },
});

/** A coming firing of a schedule. */
export const NEXT_FIRING = definePartialResource(
  "A future firing of a schedule.",
  {
    at: { ...TIME, description: "When it fires." },
    local: { ...TEXT, description: "The same time on the wall clock of the schedule's time zone, with its offset." },
    note: { ...TEXT, description: "How a clock change affects the firing; absent if it does not." },
  },
  ["note"],
);

/** What became of a firing of a schedule. */
export const FIRING = defineResource("A firing of a schedule and its result.", {
  kind: { type: "string", enum: FIRING_KINDS, description: "Whether the firing was planned or manual." },
  fireAt: { ...TIME, description: "Firing time." },
  status: { type: "string", enum: FIRING_STATUSES, description: "Result of the firing." },
  jobId: { ...ID_OR_NULL, description: "Id of the job that the firing created; null if it created no job." },
  note: {
    ...TEXT_OR_NULL,
    description: "Why the firing was skipped or missed, or what caused it; null if there is nothing to add.",
  },
  decidedAt: { ...TIME, description: "When the server decided what to do with the firing." },
});

/** A schedule as REST shows it: in the words in which it was made, durations in ms. */
export function scheduleView(schedule: Schedule, task: TaskRecord | undefined): View<typeof SCHEDULE> {
  const { timing } = schedule;
  return {
    id: schedule.id,
    name: schedule.name,
    taskId: schedule.taskId,
    task: task === undefined ? null : taskName(task),
    version: schedule.version,
    cron: timing.kind === "cron" ? timing.cron : null,
    timezone: timing.kind === "cron" ? timing.timezone : null,
    every: timing.kind === "every" ? (schedule.everyText ?? timing.everyMs) : null,
    at: timing.kind === "at" ? timeText(timing.at) : null,
    input: storedValue(schedule.inputJson),
    enabled: schedule.enabled,
    pausedReason: schedule.pausedReason,
    overlap: schedule.overlap,
    catchUpWindow: schedule.catchUpWindowMs,
    jitter: schedule.jitterMs,
    startAt: timeTextOrNull(schedule.startAt),
    endAt: timeTextOrNull(schedule.endAt),
    pauseOnFailure: schedule.pauseOnFailure,
    priority: schedule.priority,
    maxRetries: schedule.maxRetries,
    concurrencyKey: schedule.concurrencyKey,
    tags: schedule.tags,
    nextAt: timeTextOrNull(schedule.nextAt),
    lastAt: timeTextOrNull(schedule.lastAt),
    createdAt: timeText(schedule.createdAt),
    updatedAt: timeText(schedule.updatedAt),
  };
}

/** A coming firing as REST shows it. */
export function nextFiringView({ at, local, note }: NextFiring): View<typeof NEXT_FIRING> {
  return { at: timeText(at), local, ...defined({ note }) };
}

/** What became of a firing, as REST shows it. */
export function firingView(firing: ScheduleFiring): View<typeof FIRING> {
  const { kind, status, jobId, note } = firing;
  return { kind, fireAt: timeText(firing.fireAt), status, jobId, note, decidedAt: timeText(firing.decidedAt) };
}

/** A schedule for the examples of the OpenAPI document. */
export const SCHEDULE_EXAMPLE = {
  id: 3,
  name: "nightly",
  taskId: 1,
  task: { id: 1, uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10", label: "addition" },
  version: null,
  cron: "0 2 * * *",
  timezone: "Europe/Berlin",
  every: null,
  at: null,
  input: { num1: 1, num2: 2 },
  enabled: true,
  pausedReason: null,
  overlap: "skip",
  catchUpWindow: 3_600_000,
  jitter: 0,
  startAt: null,
  endAt: null,
  pauseOnFailure: false,
  priority: "normal",
  maxRetries: null,
  concurrencyKey: null,
  tags: ["reports"],
  nextAt: "2026-11-24T01:00:00.000Z",
  lastAt: null,
  createdAt: "2026-11-23T08:00:00.000Z",
  updatedAt: "2026-11-23T08:00:00.000Z",
} satisfies View<typeof SCHEDULE>;
