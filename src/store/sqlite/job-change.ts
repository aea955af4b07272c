import { RatchetError } from "../../domain/errors.ts";
import type { Job } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { JobChange } from "../contract/jobs.ts";
import { gateAt } from "../policy/gates.ts";
import { rankAfterChange, rankFrom } from "../policy/rank.ts";
import type { Tx } from "./group-commit.ts";
import { readJob, readJobState } from "./job-control.ts";
import { type JobState, jobFromRow, priorityLevel, WAITS_FOR_JOBS } from "./job-rows.ts";
import { createLaneBook } from "./lanes.ts";
import { leaveMapLane } from "./runs/map-places.ts";

/** Changes the priority or the time of a waiting job. @throws {RatchetError} JOB_NOT_FOUND, ILLEGAL_TRANSITION */
export function changeJob(tx: Tx, id: number, change: JobChange): Job {
  const row = readJobState(tx, id);
  if (row === undefined) throw noJob(id);
  const { status } = row;
  if (status !== "queued" && status !== "retrying") {
    throw new RatchetError("ILLEGAL_TRANSITION", `Job ${id} is ${status} and can't be changed.`, {
      data: { jobId: id, status },
      remedy: "Only queued and retrying jobs can be changed.",
    });
  }
  const level = change.priority === undefined ? row.priority : priorityLevel(change.priority);
  if (change.runAt === undefined) keepPlace(tx, row, level);
  else if (row.run_at === WAITS_FOR_JOBS) moveChained(tx, row, level, change.runAt);
  else moveTo(tx, row, level, change.runAt);
  tx.emit({
    type: status === "queued" ? "job.queued" : "job.retrying",
    time: tx.now,
    taskId: row.task_id,
    jobId: id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    data: { changed: Object.keys(change) },
  });
  const changed = readJob(tx, id);
  if (changed === undefined) throw noJob(id);
  return jobFromRow(changed);
}

/** A new priority moves a job among those that it waits with. The time that it has waited still counts. */
function keepPlace(tx: Tx, row: JobState, level: number): void {
  const rank = rankAfterChange(row.rank, row.priority, level);
  tx.sql.run("UPDATE jobs SET priority = ?, rank = ? WHERE id = ?", level, rank, row.id);
}

/** A job that waits for others does not start before the new time, once they have ended. */
function moveChained(tx: Tx, row: JobState, level: number, runAt: number): void {
  keepPlace(tx, row, level);
  tx.sql.run("UPDATE job_chains SET run_at = ? WHERE job_id = ?", runAt, row.id);
}

/** A job with a new time waits for that time. A later claim finds out whether a lane holds it back. */
function moveTo(tx: Tx, row: JobState, level: number, runAt: number): void {
  const { now } = tx;
  leaveMapLane(tx.sql, row);
  tx.sql.run(
    "UPDATE jobs SET priority = ?, run_at = ?, rank = ?, gate = ?, lane = NULL WHERE id = ?",
    level,
    runAt,
    rankFrom(now, runAt, level),
    gateAt(runAt, now),
    row.id,
  );
  // Its start might have been what would have opened its lane.
  const book = createLaneBook(tx.sql, now);
  book.openFor(row);
  book.save();
}
