import type { NewJob } from "../../../domain/job.ts";
import type { AsleepResult } from "../../contract/jobs.ts";
import type { StreamUse, StreamWait } from "../../contract/run-streams.ts";
import type { Sql } from "../connection.ts";
import type { Tx } from "../group-commit.ts";
import type { CarriedRun } from "./carried-run.ts";
import { KINDS } from "./operation-rows.ts";
import type { RunWork } from "./run-work.ts";
import { wakeJob } from "./wake-row.ts";

/** Notes what the child of a call has of the streams of its run. */
export function connectStreams({ work, executionId }: CarriedRun, { stream }: NewJob, jobId: number): void {
  const { sql } = work.tx;
  const { readers, rows } = stream ?? {};
  if (readers !== undefined) sql.run("INSERT INTO run_streams (job_id, readers) VALUES (?, ?)", jobId, readers);
  if (rows === undefined) return;
  const source = sourceOf(sql, executionId, rows);
  sql.run("INSERT INTO run_readers (job_id, source_id, source) VALUES (?, ?, ?)", jobId, source, rows);
}

/** The job of the call with a label; 0 if the run has not called it. */
function sourceOf(sql: Sql, executionId: number, label: string): number {
  const row = sql.get<{ id: number }>(
    `SELECT child_job_id AS id FROM run_operations
      WHERE execution_id = ? AND label = ? AND kind = ${KINDS.call} AND undoes IS NULL AND child_job_id IS NOT NULL
      ORDER BY number LIMIT 1`,
    executionId,
    label,
  );
  return row?.id ?? 0;
}

/** A call that was to read a stream has failed before it had a job: the source has one reader less. */
export function withoutReader({ work, executionId, written }: CarriedRun, label: string): void {
  const { sql } = work.tx;
  const source = sourceOf(sql, executionId, label);
  sql.run("UPDATE run_streams SET readers = max(1, readers - 1), cut = (readers = 1) WHERE job_id = ?", source);
  if (wakeSource(work, source)) written.woke = true;
}

/** How far those are who read the stream of a job. */
export function readUse(sql: Sql, jobId: number): StreamUse {
  const row = sql.get<{ expected: number; cut: number; opened: number; done: number | null; taken: number | null }>(
    `SELECT s.readers AS expected, s.cut, count(r.job_id) AS opened, sum(r.done) AS done,
        min(r.taken) FILTER (WHERE r.done = 0) AS taken
       FROM run_streams s LEFT JOIN run_readers r ON r.source_id = s.job_id WHERE s.job_id = ? GROUP BY s.job_id`,
    jobId,
  );
  if (row === undefined) return { taken: null, isUnread: false };
  const isLeft = row.opened >= row.expected && row.done === row.opened;
  return { taken: row.taken, isUnread: isLeft || row.cut === 1 };
}

/** A job has done with the items before a number. */
export function noteTaken({ work, executionId, jobId, written }: CarriedRun, items: number): void {
  const { sql } = work.tx;
  const row = sql.get<{ source_id: number }>(
    "UPDATE run_readers SET taken = ?1 WHERE job_id = ?2 AND taken < ?1 RETURNING source_id",
    items,
    jobId,
  );
  if (row === undefined) return;
  // A worker that is lost later was not lost for what it has read so far.
  sql.run("UPDATE runs SET progressed = 1 WHERE execution_id = ?", executionId);
  if (wakeSource(work, row.source_id)) written.woke = true;
}

/** A job reads no more, although there may be more. */
export function stopReading({ work, jobId, written }: CarriedRun): void {
  if (leave(work, jobId)) written.woke = true;
}

/** Items were added to the stream of a job. @param next the number after the last of them */
export function noteItems({ work, jobId, written }: CarriedRun, next: number): void {
  if (wakeReaders(work, jobId, next)) written.woke = true;
}

/** A job that a run has started has ended: whoever reads its stream, or writes the one that it reads, may go on. */
export function endStreams(work: RunWork, jobId: number): void {
  wakeReaders(work, jobId, Number.MAX_SAFE_INTEGER);
  leave(work, jobId);
}

/** @returns whether the one that writes was woken */
function leave(work: RunWork, jobId: number): boolean {
  const { sql } = work.tx;
  const row = sql.get<{ source_id: number }>(
    "UPDATE run_readers SET done = 1, waits_for = NULL WHERE job_id = ? AND done = 0 RETURNING source_id",
    jobId,
  );
  if (row === undefined) return false;
  if (readUse(sql, row.source_id).isUnread) {
    sql.run(
      `UPDATE run_streams SET cut = 1 WHERE job_id = ?1
        AND EXISTS (SELECT 1 FROM jobs WHERE id = ?1 AND finished_at IS NULL)`,
      row.source_id,
    );
  }
  return wakeSource(work, row.source_id);
}

function wakeReaders(work: RunWork, sourceId: number, next: number): boolean {
  const rows = work.tx.sql.all<{ job_id: number }>(
    "UPDATE run_readers SET waits_for = NULL WHERE source_id = ? AND waits_for < ? RETURNING job_id",
    sourceId,
    next,
  );
  for (const { job_id } of rows) wakeJob(work.tx, job_id);
  return rows.length > 0;
}

function wakeSource(work: RunWork, sourceId: number): boolean {
  const { sql } = work.tx;
  const row = sql.get<{ room_after: number }>(
    "SELECT room_after FROM run_streams WHERE job_id = ? AND room_after IS NOT NULL",
    sourceId,
  );
  if (row === undefined || !hasRoom(sql, sourceId, row.room_after)) return false;
  sql.run("UPDATE run_streams SET room_after = NULL WHERE job_id = ?", sourceId);
  wakeJob(work.tx, sourceId);
  return true;
}

function hasRoom(sql: Sql, jobId: number, after: number): boolean {
  const { taken, isUnread } = readUse(sql, jobId);
  return isUnread || taken === null || taken > after;
}

/** What the run of an execution sleeps for. */
export function readStreamWaits(sql: Sql, executionId: number): StreamWait[] {
  const row = sql.get<{
    source: string | null;
    source_id: number | null;
    waits_for: number | null;
    room_after: number | null;
  }>(
    `SELECT r.source, r.source_id, r.waits_for, s.room_after
       FROM jobs LEFT JOIN run_readers r ON r.job_id = jobs.id LEFT JOIN run_streams s ON s.job_id = jobs.id
      WHERE jobs.id = (SELECT job_id FROM runs WHERE execution_id = ?1) AND jobs.run_id = ?1
        AND jobs.status IN ('sleeping', 'paused')`,
    executionId,
  );
  const waits: StreamWait[] = [];
  if (row?.waits_for != null) {
    waits.push({ kind: "items", source: { label: row.source ?? "", jobId: row.source_id ?? 0 } });
  }
  if (row?.room_after != null) waits.push({ kind: "room", source: null });
  return waits;
}

/** Notes what a run waits for that goes to sleep. @returns whether that is there already */
export function restStreams({ sql }: Tx, jobId: number, { room, row }: AsleepResult): boolean {
  const isReady = (room !== undefined && hasRoom(sql, jobId, room)) || (row !== undefined && hasItem(sql, jobId, row));
  if (room !== undefined) {
    sql.run("UPDATE run_streams SET room_after = ? WHERE job_id = ?", isReady ? null : room, jobId);
  }
  if (row !== undefined) {
    sql.run("UPDATE run_readers SET waits_for = ? WHERE job_id = ?", isReady ? null : row, jobId);
  }
  return isReady;
}

/** Whether there is an item, or there will be no more. */
function hasItem(sql: Sql, readerId: number, item: number): boolean {
  const row = sql.get<{ finished_at: number | null; items: number | null; id: number | null }>(
    `SELECT jobs.id, jobs.finished_at, runs.items FROM run_readers
       LEFT JOIN jobs ON jobs.id = source_id LEFT JOIN runs ON runs.execution_id = jobs.run_id
      WHERE run_readers.job_id = ?`,
    readerId,
  );
  // The rows of an input that is no stream are always there.
  return row === undefined || row.id === null || row.finished_at !== null || (row.items ?? 0) > item;
}
