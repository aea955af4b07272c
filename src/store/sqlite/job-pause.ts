import { RatchetError } from "../../domain/errors.ts";
import type { Job } from "../../domain/job.ts";
import { GATES, gateAt } from "../policy/gates.ts";
import { rankFrom, rankOf } from "../policy/rank.ts";
import type { Tx } from "./group-commit.ts";
import { changedJob, illegalJob, mustReadJob, retryJob } from "./job-control.ts";
import type { JobState } from "./job-rows.ts";
import { createLaneBook } from "./lanes.ts";
import { leaveMapLane } from "./runs/map-places.ts";

/**
 * Pauses a waiting or sleeping job, or asks a running one that has a run to go to sleep.
 * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION
 */
export function pauseJob(tx: Tx, id: number): Job {
  const row = mustReadJob(tx, id);
  if (row.request !== null) {
    const message = `Job ${id} is already being ${row.request === "cancel" ? "cancelled" : "paused"}.`;
    throw new RatchetError("ILLEGAL_TRANSITION", message, { data: { jobId: id, status: row.status } });
  }
  switch (row.status) {
    case "queued":
    case "retrying":
    case "sleeping":
      pauseWaiting(tx, row);
      break;
    case "processing":
      if (row.run_id === null || row.run_id !== row.execution_id) {
        throw illegalJob(
          row,
          "paused",
          "Only runs can be paused while they run: tasks that have used a durable method.",
        );
      }
      tx.sql.run("UPDATE jobs SET request = 'pause' WHERE id = ?", id);
      emitOf(tx, row, { type: "job.pausing", executionId: row.execution_id });
      break;
    default:
      throw illegalJob(row, "paused", "Only waiting and running jobs can be paused.");
  }
  return changedJob(tx, id);
}

function pauseWaiting(tx: Tx, row: JobState): void {
  leaveMapLane(tx.sql, row);
  tx.sql.run("UPDATE jobs SET status = 'paused', gate = NULL, lane = NULL WHERE id = ?", row.id);
  tx.counters.moveJob(row.task_id, row.status, "paused");
  if (row.status === "sleeping") {
    moveExecution(tx, row, "paused");
    emitOf(tx, row, { type: "job.paused", executionId: row.run_id, execution: "paused" });
  } else emitOf(tx, row, { type: "job.paused", executionId: null });
  // Its start might have been what would have opened its lane.
  const book = createLaneBook(tx.sql, tx.now);
  book.openFor(row);
  book.save();
}

/**
 * Lets a paused job go on, or requeues one that has failed or needs attention.
 * @param version that runs from now on
 * @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT
 */
export function resumeJob(tx: Tx, id: number, version: string | undefined): Job {
  const row = mustReadJob(tx, id);
  if (row.status === "failed" || row.status === "needs_attention") {
    retryJob(tx, id);
  } else if (row.status === "paused") {
    resumePaused(tx, row);
  } else if (row.status === "processing" && row.request === "pause") {
    tx.sql.run("UPDATE jobs SET request = NULL WHERE id = ?", id);
    emitOf(tx, row, { type: "job.resumed", executionId: row.execution_id });
  } else {
    throw illegalJob(row, "resumed", "Only paused and failed jobs and those that need attention can be resumed.");
  }
  if (version !== undefined) useVersion(tx, row, version);
  return changedJob(tx, id);
}

function resumePaused(tx: Tx, row: JobState): void {
  const sleeps =
    row.run_id !== null &&
    tx.sql.get("SELECT 1 AS found FROM executions WHERE id = ? AND status = 'paused'", row.run_id) !== undefined;
  const status = sleeps ? "sleeping" : "queued";
  // A run finds out itself what has happened meanwhile.
  const runAt = sleeps ? tx.now : row.run_at;
  tx.sql.run(
    "UPDATE jobs SET status = ?, request = NULL, run_at = ?, rank = ?, gate = ? WHERE id = ?",
    status,
    runAt,
    sleeps ? rankOf(tx.now, row.priority) : rankFrom(tx.now, runAt, row.priority),
    sleeps ? GATES.ready : gateAt(runAt, tx.now),
    row.id,
  );
  tx.counters.moveJob(row.task_id, "paused", status);
  if (sleeps) moveExecution(tx, row, "sleeping");
  emitOf(tx, row, { type: "job.resumed", executionId: sleeps ? row.run_id : null });
}

/** An image belongs to the program of its version, so the run starts again over its journal. */
function useVersion(tx: Tx, row: JobState, version: string): void {
  tx.sql.run("UPDATE jobs SET version = ?, pinned = 0 WHERE id = ?", version, row.id);
  if (row.run_id !== null) tx.sql.run("DELETE FROM run_images WHERE execution_id = ?", row.run_id);
}

function moveExecution(tx: Tx, row: JobState, to: "sleeping" | "paused"): void {
  const from = to === "paused" ? "sleeping" : "paused";
  const { changes } = tx.sql.run("UPDATE executions SET status = ? WHERE id = ? AND status = ?", to, row.run_id, from);
  if (changes > 0) tx.counters.moveExecution(row.task_id, from, to);
}

/** What an event says about a pause. */
interface PauseEvent {
  type: "job.pausing" | "job.paused" | "job.resumed";
  executionId: number | null;
  /** Also an event of the execution. */
  execution?: "paused";
}

function emitOf(tx: Tx, row: JobState, event: PauseEvent): void {
  const { task_id: taskId, id: jobId, schedule_id: scheduleId, scheduled_at: scheduledAt } = row;
  tx.emit({ ...event, time: tx.now, taskId, jobId, scheduleId, scheduledAt });
}
