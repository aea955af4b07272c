import type { JsonValue } from "./json.ts";

/**
 * Everything that happens, by type. Events are stored in the transaction that made them happen and published after it;
 * `id` rises, so a listener that was away can ask for what it missed.
 */
export const EVENT_TYPES = [
  "job.queued",
  "job.started",
  "job.progress",
  "job.retrying",
  "job.completed",
  "job.failed",
  "job.cancelled",
  "execution.started",
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

/** An execution of a job has events of its own beside those of the job. */
export type EventType = (typeof EVENT_TYPES)[number];

/** One event. Fields that have no meaning for its type are null. */
export interface RatchetEvent {
  id: number;
  /** ms since the epoch. */
  time: number;
  type: EventType;
  taskId: number | null;
  jobId: number | null;
  executionId: number | null;
  scheduleId: number | null;
  /** The firing that the event's job was created for, ms since the epoch. */
  scheduledAt: number | null;
  /** Small facts: the attempt and its duration, an error, a progress value, a reason. */
  data: JsonValue;
}

/** What can become of an execution at the moment something becomes of its job. */
export type ExecutionStep = "started" | "completed" | "failed" | "cancelled";

/** An event that has not been stored yet. */
export type NewEvent = { type: EventType; time: number } & Partial<Omit<RatchetEvent, "id" | "type" | "time">> & {
    /** With an event of a job: emits one of its execution beside it, with the same facts. */
    execution?: ExecutionStep;
  };
