import type { StoredError } from "../../domain/job.ts";
import { GATES } from "../policy/gates.ts";
import { formatLane } from "../policy/lane.ts";
import { rankOf } from "../policy/rank.ts";
import { attemptData } from "./attempt-data.ts";
import { abandonExecution } from "./execution-rows.ts";
import type { JobState } from "./job-rows.ts";
import type { RunWork } from "./runs/run-work.ts";
import { settleSchedule } from "./schedule-settle.ts";

const CANCELLED: StoredError = { code: "CANCELLED", message: "The job was cancelled." };

/** Cancels an unfinished job. One whose run is under way is asked to end itself. */
export function cancelRow(work: RunWork, row: JobState): void {
  if (hasLiveRun(work, row)) requestCancel(work, row);
  else killRow(work, row);
}

/** Whether the latest execution of a job has a run that can still do something. */
function hasLiveRun({ tx }: RunWork, { status, run_id, execution_id }: JobState): boolean {
  if (run_id === null || run_id !== execution_id) return false;
  if (status === "processing" || status === "sleeping") return true;
  const query = "SELECT 1 AS found FROM executions WHERE id = ? AND status = 'paused'";
  return status === "paused" && tx.sql.get(query, run_id) !== undefined;
}

function requestCancel({ tx }: RunWork, row: JobState): void {
  if (row.request === "cancel") return;
  const { sql, now, counters } = tx;
  const { id, task_id: taskId, status } = row;
  if (status === "processing") sql.run("UPDATE jobs SET request = 'cancel' WHERE id = ?", id);
  else {
    // It wakes to clean up, before anything new starts: what it has started would otherwise grow faster than it is cancelled.
    sql.run(
      `UPDATE jobs SET request = 'cancel', status = 'sleeping', gate = ${GATES.ready}, lane = NULL, run_at = ?, rank = ?
        WHERE id = ?`,
      now,
      rankOf(0, row.priority),
      id,
    );
    counters.moveJob(taskId, status, "sleeping");
  }
  if (status === "paused") {
    sql.run("UPDATE executions SET status = 'sleeping' WHERE id = ?", row.run_id);
    counters.moveExecution(taskId, "paused", "sleeping");
  }
  tx.emit({
    type: "job.cancelling",
    time: now,
    taskId,
    jobId: id,
    executionId: row.run_id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
  });
}

/** Cancels an unfinished job at once. Its worker learns this from the event, and a late attempt result changes nothing. */
export function killRow(work: RunWork, row: JobState): void {
  const { tx } = work;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = 'cancelled', gate = NULL, lane = NULL, worker_id = NULL, request = NULL, finished_at = ?
      WHERE id = ? AND finished_at IS NULL`,
    tx.now,
    row.id,
  );
  // While a list of jobs is cancelled, the end of one may already have cancelled another.
  if (changes === 0) return;
  const hasExecution = row.status === "processing" || row.run_id !== null;
  const ended = hasExecution ? abandonExecution(tx, row, "cancelled", CANCELLED) : null;
  tx.counters.moveJob(row.task_id, row.status, "cancelled");
  tx.emit({
    type: "job.cancelled",
    time: tx.now,
    taskId: row.task_id,
    jobId: row.id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    ...(ended !== null && {
      executionId: ended.id,
      data: attemptData(ended.attempt, ended.durationMs, CANCELLED),
      execution: "cancelled",
    }),
  });
  if (ended !== null && ended.id === row.run_id) work.endedRuns.push(ended.id);
  noteEndedChild(work, row, false);
  work.freed.push(row);
  if (row.schedule_id !== null) settleSchedule(tx, row.schedule_id, row.id, false);
}

/** The members of a job that say which run has started it. */
type Child = Pick<JobState, "id" | "parent" | "parent_number" | "lane">;

/** Notes that a job has ended, if a run has started it. */
export function noteEndedChild(work: RunWork, { id, parent, parent_number, lane }: Child, ok: boolean): void {
  if (parent === null || parent_number === null) return;
  const wasParked = lane === formatLane({ kind: "map", executionId: parent, number: parent_number });
  work.endedChildren.push({ jobId: id, parent, number: parent_number, ok, wasParked });
}
