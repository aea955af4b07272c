import type { JsonValue } from "./json.ts";

/**
 * All types of events. Events are stored in the transaction that causes them and published after it. The `id`
 * increases, so that a listener that reconnects can request what it missed.
 */
export const EVENT_TYPES = [
  "job.queued",
  "job.started",
  "job.progress",
  "job.retrying",
  "job.sleeping",
  "job.pausing",
  "job.paused",
  "job.resumed",
  "job.needs_attention",
  "job.cancelling",
  "job.completed",
  "job.failed",
  "job.cancelled",
  "job.deleted",
  "execution.started",
  "execution.sleeping",
  "execution.paused",
  "execution.needs_attention",
  "execution.settled",
  "execution.emitted",
  "execution.completed",
  "execution.failed",
  "execution.cancelled",
  "schedule.created",
  "schedule.updated",
  "schedule.deleted",
  "schedule.fired",
  "schedule.skipped",
  "schedule.missed",
  "schedule.paused",
  "queue.paused",
  "queue.resumed",
  "queue.limits",
  "task.updated",
] as const;

/** Type of an event. An execution of a job has its own events in addition to those of the job. */
export type EventType = (typeof EVENT_TYPES)[number];

/** One event. Fields that do not apply to its type are null. */
export interface RatchetEvent {
  id: number;
  /** ms since the epoch. */
  time: number;
  type: EventType;
  taskId: number | null;
  jobId: number | null;
  executionId: number | null;
  scheduleId: number | null;
  /** The firing time that the event's job was created for, in ms since the epoch. */
  scheduledAt: number | null;
  /** Details: the attempt and its duration, an error, a progress value, a reason. */
  data: JsonValue;
}

/** Change of an execution that accompanies a change of its job. */
export type ExecutionStep = Extract<EventType, `execution.${string}`> extends `execution.${infer Step}` ? Step : never;

/** An event that has not been stored yet. */
export type NewEvent = { type: EventType; time: number } & Partial<Omit<RatchetEvent, "id" | "type" | "time">> & {
    /** For an event of a job: also emits an event of its execution with the same details. */
    execution?: ExecutionStep;
  };
