import { newExecutionTrace } from "../../telemetry/tracing/new-execution-trace.ts";
import type { ClaimedJob } from "../contract/jobs.ts";
import { GATES } from "../policy/gates.ts";
import type { Tx } from "./group-commit.ts";
import { insertRows } from "./insert-rows.ts";
import { claimedColumns, type JobRow, jobFromRow } from "./job-rows.ts";
import type { LaneBook } from "./lanes.ts";
import { copyJournal, journalBytes } from "./runs/copy-journal.ts";
import { readFork } from "./runs/stored-fork.ts";
import { wakeRun } from "./runs/wake-run.ts";
import type { LaneEntrant } from "./start-blocks.ts";
import { TooHeavy } from "./too-heavy.ts";

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
  status: "queued" | "retrying" | "sleeping";
}

/** Makes delayed jobs ready whose time has come. @returns whether there may be more of them */
export function promoteDue(tx: Tx): boolean {
  // An update that changes nothing takes ten times as long as this.
  const due = tx.sql.get(
    `SELECT 1 AS found FROM jobs INDEXED BY jobs_later WHERE gate = ${GATES.later} AND run_at <= ? LIMIT 1`,
    tx.now,
  );
  if (due === undefined) return false;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET gate = ${GATES.ready} WHERE id IN (
       SELECT id FROM jobs INDEXED BY jobs_later WHERE gate = ${GATES.later} AND run_at <= ? ORDER BY run_at, id LIMIT ?)`,
    tx.now,
    PROMOTE_LIMIT,
  );
  return changes === PROMOTE_LIMIT;
}

/** Who claims jobs, and how much may be done for that here. */
interface Claimant {
  workerId: string;
  /** Journals of so many bytes may be copied here at once. */
  mostCopiedBytes: number;
}

/** Claims up to `capacity` jobs for a worker, in the order of rank. @throws {TooHeavy} */
export function claimJobs(tx: Tx, book: LaneBook, { capacity, ...claimant }: Claimant & { capacity: number }): Claims {
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
    claimed: ids.length === 0 ? [] : take(tx, claimant, ids),
    more: (opened || !exhausted) && ids.length < capacity,
  };
}

function take(tx: Tx, claimant: Claimant, ids: readonly number[]): ClaimedJob[] {
  const { workerId } = claimant;
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
  const woken = new Map<number, ClaimedJob>();
  for (const row of rows) {
    const claimed = row.run_id === null ? undefined : wakeRun(tx, workerId, row);
    if (claimed !== undefined) woken.set(row.id, claimed);
  }
  if (woken.size === 0) return startAll(tx, claimant, rows);
  const started = startAll(
    tx,
    claimant,
    rows.filter(({ id }) => !woken.has(id)),
  );
  const all = new Map([...woken, ...started.map((one): [number, ClaimedJob] => [one.job.id, one])]);
  return rows.flatMap(({ id }) => all.get(id) ?? []);
}

function startAll(tx: Tx, { workerId, mostCopiedBytes }: Claimant, rows: readonly JobRow[]): ClaimedJob[] {
  let copiedBytes = 0;
  const starts = rows.map((row) => ({ row, trace: newExecutionTrace(row.trace_id ?? undefined) }));
  const ends = endsBefore(tx, rows);
  const ids = insertRows(
    tx.sql,
    `executions (job_id, task_id, version, attempt, status, worker_id, created_at, started_at, queue_wait_ms, trace_id,
      trace)`,
    "(?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)",
    starts.map(({ row, trace: { traceId, spanPrefix } }) => {
      const { id, task_id, version } = row;
      return [id, task_id, version, attemptOf(row), workerId, tx.now, tx.now, waitedMs(tx, row), traceId, spanPrefix];
    }),
  );
  return starts.map(({ row, trace }, index) => {
    const executionId = ids[index] ?? 0;
    tx.counters.startExecution(row.task_id, waitedMs(tx, row));
    tx.emit({
      type: "job.started",
      time: tx.now,
      taskId: row.task_id,
      jobId: row.id,
      executionId,
      scheduleId: row.schedule_id,
      scheduledAt: row.scheduled_at,
      data: { attempt: attemptOf(row) },
      execution: "started",
    });
    // A run that began again begins without what it was forked from.
    const fork = row.run_id === null && attemptOf(row) === 1 ? readFork(row.extra) : undefined;
    const from = row.run_id ?? fork?.executionId;
    if (from !== undefined) {
      copiedBytes += journalBytes(tx.sql, from);
      if (copiedBytes > mostCopiedBytes) throw new TooHeavy();
      copyJournal(tx, from, { executionId, jobId: row.id }, fork);
      row.run_id = executionId;
    }
    const job = jobFromRow(row);
    job.executionId = executionId;
    return { job, claim: row.claims, executionId, logsStored: 0, trace, waitedFrom: waitedFrom(row, ends) };
  });
}

const attemptOf = ({ claims, wakes }: JobRow): number => claims - wakes;

/** When the earlier attempts of jobs ended, by the ids of the jobs. Most jobs have none. */
function endsBefore({ sql }: Tx, rows: readonly JobRow[]): ReadonlyMap<number, number> {
  const again = rows.filter((row) => attemptOf(row) > 1);
  if (again.length === 0) return new Map();
  const ends = sql.all<{ job_id: number; at: number }>(
    `SELECT job_id, max(finished_at) AS at FROM executions INDEXED BY executions_job
      WHERE job_id IN (SELECT value FROM json_each(?)) AND job_id IS NOT NULL AND finished_at IS NOT NULL
      GROUP BY job_id`,
    JSON.stringify(again.map(({ id }) => id)),
  );
  return new Map(ends.map(({ job_id, at }) => [job_id, at]));
}

/** A retry waits from the end of the attempt before; a job that was requeued by hand, from when that was done. */
function waitedFrom(row: JobRow, ends: ReadonlyMap<number, number>): number {
  if (attemptOf(row) === 1) return row.created_at;
  const end = ends.get(row.id) ?? row.created_at;
  return row.retries > 0 ? end : Math.max(end, row.run_at);
}

/** How long a job has waited since it was due, ms. */
function waitedMs({ now }: Tx, { run_at, created_at }: JobRow): number {
  return Math.max(0, now - Math.max(run_at, created_at));
}
