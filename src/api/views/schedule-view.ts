import type { NextFiring, Schedule, ScheduleFiring } from "../../domain/schedule.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { storedValue } from "../resources/stored-json.ts";
import { taskName } from "./task-view.ts";

/** A schedule as REST shows it: in the words in which it was made, durations in ms. */
export function scheduleView(schedule: Schedule, task: TaskRecord | undefined) {
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
export function nextFiringView({ at, local, note }: NextFiring) {
  return { at: timeText(at), local, ...(note === undefined ? {} : { note }) };
}

/** What became of a firing, as REST shows it. */
export function firingView(firing: ScheduleFiring) {
  const { kind, status, jobId, note } = firing;
  return { kind, fireAt: timeText(firing.fireAt), status, jobId, note, decidedAt: timeText(firing.decidedAt) };
}
