import { isFinished } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { JobExplanation } from "../contract/job-explanation.ts";
import { AHEAD_LIMIT, explain, type WaitFacts } from "../policy/explain.ts";
import { GATES } from "../policy/gates.ts";
import { formatLane, isAdmissionLane, type Lane } from "../policy/lane.ts";
import type { Tx } from "./group-commit.ts";
import { readJobState } from "./job-control.ts";
import { type JobState, WAITS_FOR_JOBS } from "./job-rows.ts";
import { createLaneBook } from "./lanes.ts";

type Reader = Pick<Tx, "sql" | "now">;

/** Explains why a job is not running. @throws {RatchetError} JOB_NOT_FOUND */
export function explainJob(tx: Reader, id: number, missingWaitMs?: number): JobExplanation {
  const row = readJobState(tx, id);
  if (row === undefined) throw noJob(id);
  return explain(factsOf(tx, row, missingWaitMs));
}

/** Reads only the facts that decide. */
function factsOf(tx: Reader, row: JobState, missingWaitMs?: number): WaitFacts {
  if (isFinished(row.status)) return { kind: "finished", status: row.status };
  if (row.status === "processing") return { kind: "running", workerId: row.worker_id };
  if (row.status === "paused" || row.status === "needs_attention") return { kind: row.status };
  if (row.status === "sleeping" && (row.gate === null || row.gate === GATES.later)) {
    return { kind: "sleeping", until: row.gate === null ? null : row.run_at };
  }
  const pause = readPause(tx, { kind: "all" });
  if (pause !== undefined) return { kind: "queue_paused", note: pause.note };
  if (row.run_at === WAITS_FOR_JOBS) return { kind: "waiting_for_jobs", remaining: remainingJobs(tx, row) };
  if (row.run_at > tx.now) {
    return {
      kind: "not_due",
      runAt: row.run_at,
      failedAttempt: row.status === "retrying" ? row.claims - row.wakes : null,
    };
  }
  if (row.lane?.startsWith("map:")) return { kind: "map" };
  const book = createLaneBook(tx.sql, tx.now, missingWaitMs);
  const block = book.blockOf(row);
  if (block?.reason === "paused") return heldFacts(tx, row);
  if (block?.reason === "missing") return { kind: "task_missing", version: row.version, until: block.until };
  if (block === undefined || !isAdmissionLane(block.lane)) return readyFacts(tx, row);
  const { lane } = block;
  return {
    kind: "lane",
    lane,
    block,
    state: book.state(lane),
    ahead: aheadInLane(tx, row, lane),
    rescues: row.rescues,
  };
}

/** How many of the jobs after which a job starts have not ended. */
function remainingJobs({ sql }: Reader, { id }: JobState): number {
  return sql.get<{ remaining: number }>("SELECT remaining FROM job_chains WHERE job_id = ?", id)?.remaining ?? 0;
}

function readPause({ sql }: Reader, lane: Lane): { note: string | null } | undefined {
  return sql.get<{ note: string | null }>("SELECT note FROM pauses WHERE scope = ?", formatLane(lane));
}

function heldFacts(tx: Reader, row: JobState): WaitFacts {
  const pause = readPause(tx, { kind: "task", taskId: row.task_id });
  return pause === undefined ? { kind: "task_disabled" } : { kind: "task_paused", note: pause.note };
}

/** Number of jobs that are parked in a lane and leave it before this one. */
function aheadInLane({ sql }: Reader, row: JobState, lane: Lane): number {
  const found = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM jobs INDEXED BY jobs_parked
        WHERE gate = ${GATES.parked} AND lane = ? AND (rank, id) < (?, ?) LIMIT ?)`,
    formatLane(lane),
    row.rank,
    row.id,
    AHEAD_LIMIT,
  );
  return found?.n ?? 0;
}

function readyFacts({ sql }: Reader, row: JobState): WaitFacts {
  const workers = sql.get<{ n: number }>("SELECT count(*) AS n FROM workers")?.n ?? 0;
  const found = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM jobs INDEXED BY jobs_ready WHERE gate = ${GATES.ready} AND (rank, id) < (?, ?) LIMIT ?)`,
    row.rank,
    row.id,
    AHEAD_LIMIT,
  );
  return { kind: "ready", workers, ahead: found?.n ?? 0 };
}
