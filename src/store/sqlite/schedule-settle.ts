import { RatchetError } from "../../domain/errors.ts";
import type { Job, NewJob } from "../../domain/job.ts";
import { FINISHED_REASON, type FiringKind, type Schedule } from "../../domain/schedule.ts";
import { given } from "../../lib/defined.ts";
import { timeText } from "../../lib/time-text.ts";
import type { Tx } from "./group-commit.ts";
import { enqueueJobs } from "./job-enqueue.ts";
import { type FiringRow, type ScheduleRow, scheduleFromRow } from "./schedule-rows.ts";
import { UNFINISHED } from "./unfinished.ts";

/**
 * Handles the end of a schedule's job, in the transaction that ends it, so that a crash can't come between the two: a
 * failure pauses the schedule if it asks for that, and the next buffered firing is enqueued.
 */
export function settleSchedule(tx: Tx, scheduleId: number, jobId: number, failed: boolean): void {
  if (failed) pauseAfterFailure(tx, scheduleId, jobId);
  releaseBuffered(tx, scheduleId);
}

function pauseAfterFailure(tx: Tx, scheduleId: number, jobId: number): void {
  const reason = `job ${jobId} failed`;
  const paused = tx.sql.get<{ taskId: number }>(
    `UPDATE schedules SET enabled = 0, paused_reason = ?, updated_at = ?
      WHERE id = ? AND pause_on_failure = 1 AND enabled = 1 RETURNING task_id AS taskId`,
    reason,
    tx.now,
    scheduleId,
  );
  if (paused === undefined) return;
  tx.emit({ type: "schedule.paused", time: tx.now, taskId: paused.taskId, scheduleId, jobId, data: { reason } });
}

/** Enqueues the oldest buffered firing unless the schedule is paused or one of its jobs is unfinished. */
export function releaseBuffered(tx: Tx, scheduleId: number): void {
  const firing = tx.sql.get<FiringRow>(
    `SELECT * FROM schedule_firings INDEXED BY firings_buffered
      WHERE schedule_id = ? AND status = 'buffered' ORDER BY fire_at LIMIT 1`,
    scheduleId,
  );
  if (firing === undefined || hasUnfinishedJob(tx, scheduleId)) return;
  const row = tx.sql.get<ScheduleRow>(
    "SELECT * FROM schedules WHERE id = ? AND (enabled = 1 OR paused_reason = ?)",
    scheduleId,
    // The last firings of a finished schedule may still wait.
    FINISHED_REASON,
  );
  if (row === undefined) return;
  const { kind, fire_at: fireAt, note } = firing;
  enqueueFiring(tx, { schedule: scheduleFromRow(row), kind, fireAt, note });
}

export function hasUnfinishedJob(tx: Tx, scheduleId: number): boolean {
  const row = tx.sql.get<{ id: number }>(
    `SELECT id FROM jobs INDEXED BY jobs_schedule
      WHERE schedule_id = ? AND schedule_id IS NOT NULL AND status IN (${UNFINISHED}) LIMIT 1`,
    scheduleId,
  );
  return row !== undefined;
}

/** A firing that becomes a job. */
export interface NewFiring {
  schedule: Schedule;
  kind: FiringKind;
  /** ms since the epoch. */
  fireAt: number;
  note: string | null;
}

/**
 * Creates the job of a firing and records the firing in the same transaction. The key (schedule, kind, time) and a
 * trigger ensure that this happens once.
 */
export function enqueueFiring(tx: Tx, firing: NewFiring): Job {
  const { schedule, kind, fireAt } = firing;
  const job = createJob(tx, firing);
  tx.sql.run(
    `INSERT INTO schedule_firings (schedule_id, kind, fire_at, status, job_id, note, decided_at)
     VALUES (?, ?, ?, 'enqueued', ?, ?, ?)
     ON CONFLICT (schedule_id, kind, fire_at) DO UPDATE
       SET status = 'enqueued', job_id = excluded.job_id, note = excluded.note, decided_at = excluded.decided_at`,
    schedule.id,
    kind,
    fireAt,
    job.id,
    firing.note,
    tx.now,
  );
  tx.emit({
    type: "schedule.fired",
    time: tx.now,
    taskId: schedule.taskId,
    jobId: job.id,
    scheduleId: schedule.id,
    scheduledAt: fireAt,
    data: { fireAt: timeText(fireAt), kind },
  });
  return job;
}

function createJob(tx: Tx, { schedule, fireAt }: NewFiring): Job {
  const { version, maxRetries, concurrencyKey } = schedule;
  const job: NewJob = {
    taskId: schedule.taskId,
    inputJson: schedule.inputJson,
    priority: schedule.priority,
    tags: schedule.tags,
    ...given({ version, maxRetries, concurrencyKey }),
  };
  const [enqueued] = enqueueJobs(tx, [job], { scheduleId: schedule.id, scheduledAt: fireAt });
  if (enqueued === undefined) throw new RatchetError("INTERNAL", "A firing created no job.");
  return enqueued.job;
}
