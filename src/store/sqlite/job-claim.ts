import type { ClaimedJob } from "../contract/jobs.ts";
import { GATES } from "../policy/gates.ts";
import type { Tx } from "./group-commit.ts";
import { insertRows } from "./insert-rows.ts";
import { claimedColumns, type JobRow, jobFromRow } from "./job-rows.ts";
import type { LaneBook } from "./lanes.ts";
import type { LaneEntrant } from "./start-blocks.ts";

/** The most ready jobs that are considered in one transaction. Blocked ones are parked, so each is considered once. */
const SCAN_LIMIT = 2_000;
/** The most delayed jobs that become ready in one transaction. */
const PROMOTE_LIMIT = 1_000;

/** The claimed jobs, and whether there may be more that were not considered. */
export interface Claims {
  claimed: ClaimedJob[];
  more: boolean;
}

interface Candidate extends LaneEntrant {
  id: number;
  rank: number;
  status: "queued" | "retrying";
}

/** Makes delayed jobs ready whose time has come. @returns whether there may be more of them */
export function promoteDue(tx: Tx): boolean {
  const { changes } = tx.sql.run(
    `UPDATE jobs SET gate = ${GATES.ready} WHERE id IN (
       SELECT id FROM jobs INDEXED BY jobs_later WHERE gate = ${GATES.later} AND run_at <= ? ORDER BY run_at, id LIMIT ?)`,
    tx.now,
    PROMOTE_LIMIT,
  );
  return changes === PROMOTE_LIMIT;
}

/** Claims up to `capacity` jobs for a worker, in the order of rank. */
export function claimJobs(tx: Tx, book: LaneBook, workerId: string, capacity: number): Claims {
  if (tx.sql.get("SELECT 1 AS paused FROM pauses WHERE scope = 'all'") !== undefined)
    return { claimed: [], more: false };
  const ids: number[] = [];
  let scanned = 0;
  let exhausted = false;
  let opened = false;
  let after: { rank: number; id: number } = { rank: Number.MIN_SAFE_INTEGER, id: 0 };
  while (ids.length < capacity && scanned < SCAN_LIMIT && !exhausted) {
    const wanted = Math.min(capacity - ids.length, SCAN_LIMIT - scanned);
    const candidates = tx.sql.all<Candidate>(
      `SELECT id, rank, status, task_id, version, run_at, concurrency_key, rescues FROM jobs INDEXED BY jobs_ready
        WHERE gate = ${GATES.ready} AND (rank, id) > (?, ?) ORDER BY rank, id LIMIT ?`,
      after.rank,
      after.id,
      wanted,
    );
    exhausted = candidates.length < wanted;
    scanned += candidates.length;
    for (const candidate of candidates) {
      after = candidate;
      const block = book.admit(candidate);
      if (block !== undefined) {
        book.park(candidate.id, block);
        // A job that takes its place in another lane may rank before those considered here. The next round finds it.
        if (book.openOthers(candidate, block.lane)) opened = true;
        continue;
      }
      ids.push(candidate.id);
      tx.counters.moveJob(candidate.task_id, candidate.status, "processing");
    }
  }
  return {
    claimed: ids.length === 0 ? [] : take(tx, workerId, ids),
    more: (opened || !exhausted) && ids.length < capacity,
  };
}

function take(tx: Tx, workerId: string, ids: readonly number[]): ClaimedJob[] {
  const rows = tx.sql.all<JobRow>(
    `UPDATE jobs SET status = 'processing', gate = NULL, worker_id = ?, claims = claims + 1,
       started_at = coalesce(started_at, ?)
     WHERE id IN (SELECT value FROM json_each(?)) AND gate = ${GATES.ready}
     RETURNING ${claimedColumns(tx.sql)}`,
    workerId,
    tx.now,
    JSON.stringify(ids),
  );
  rows.sort((a, b) => a.rank - b.rank || a.id - b.id);
  return startAll(tx, workerId, rows);
}

function startAll(tx: Tx, workerId: string, rows: readonly JobRow[]): ClaimedJob[] {
  const ids = insertRows(
    tx.sql,
    "executions (job_id, task_id, version, attempt, status, worker_id, created_at, started_at, queue_wait_ms)",
    "(?, ?, ?, ?, 'running', ?, ?, ?, ?)",
    rows.map((row) => {
      const waitedMs = Math.max(0, tx.now - Math.max(row.run_at, row.created_at));
      return [row.id, row.task_id, row.version, row.claims, workerId, tx.now, tx.now, waitedMs];
    }),
  );
  return rows.map((row, index) => {
    const executionId = ids[index] ?? 0;
    tx.counters.moveExecution(row.task_id, undefined, "running");
    tx.emit({
      type: "job.started",
      time: tx.now,
      taskId: row.task_id,
      jobId: row.id,
      executionId,
      scheduleId: row.schedule_id,
      scheduledAt: row.scheduled_at,
      data: { attempt: row.claims },
      execution: "started",
    });
    return { job: { ...jobFromRow(row), executionId }, claim: row.claims, executionId };
  });
}
