import type { RunRequest } from "../../../domain/job.ts";
import type { AsleepResult, FinishedAttempt } from "../../contract/jobs.ts";
import { MAX_SLEEPING } from "../../contract/runs.ts";
import { GATES, type Gate, gateAt } from "../../policy/gates.ts";
import { rankOf } from "../../policy/rank.ts";
import { attemptData } from "../attempt-data.ts";
import type { Sql } from "../connection.ts";
import type { Tx } from "../group-commit.ts";
import { priorityLevel } from "../job-rows.ts";
import { requestOf } from "./end-attempt.ts";
import { engineId } from "./engines.ts";
import { KINDS, STATES } from "./operation-rows.ts";
import { restExecution } from "./rest-execution.ts";
import { restStreams } from "./streams.ts";

/** Whether as many executions sleep as may. */
export function isSleepFull(sql: Sql): boolean {
  const query = "SELECT sum(count) AS n FROM counters WHERE kind = 'job' AND status = 'sleeping'";
  return (sql.get<{ n: number | null }>(query)?.n ?? 0) >= MAX_SLEEPING;
}

/** Puts a run to sleep, or pauses it if it has been asked for that. @returns whether the worker still owned the job */
export function putToSleep(tx: Tx, attempt: FinishedAttempt, result: AsleepResult): boolean {
  const { job, executionId } = attempt.claimed;
  const asked = requestOf(tx, attempt);
  if (asked === undefined) return false;
  const isPaused = asked.request === "pause";
  const status = isPaused ? "paused" : "sleeping";
  const wake = isPaused ? { gate: null, runAt: tx.now } : wakeOf(tx, attempt, result, asked.request);
  tx.sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, gate = ?, run_at = ?, rank = ?, error = NULL,
       progress = coalesce(?, progress), request = nullif(request, 'pause') WHERE id = ?`,
    status,
    wake.gate,
    wake.runAt,
    rankOf(wake.runAt, priorityLevel(job.priority)),
    attempt.progress === null ? null : JSON.stringify(attempt.progress),
    job.id,
  );
  keepImage(tx, executionId, result);
  restExecution(tx, attempt, { status });
  tx.counters.moveJob(job.taskId, "processing", status);
  tx.emit({
    type: `job.${status}`,
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: attemptData(job.attempts, attempt.usage?.durationMs ?? null, null),
    execution: status,
  });
  return true;
}

/** When a run wakes. */
interface Wake {
  /** null: not by the passing of time. */
  gate: Gate | null;
  /** ms since the epoch. */
  runAt: number;
}

function wakeOf(tx: Tx, attempt: FinishedAttempt, result: AsleepResult, request: RunRequest | null): Wake {
  const { sql, now } = tx;
  const { job, executionId } = attempt.claimed;
  const open = sql.get<{ n: number; due: number | null }>(
    `SELECT count(*) AS n, min(due_at) AS due FROM run_operations
      WHERE execution_id = ? AND state = ${STATES.open} AND number IN (SELECT value FROM json_each(?))`,
    executionId,
    JSON.stringify(result.open),
  );
  const isStreamReady = restStreams(tx, job.id, result);
  const isReady =
    (open?.n ?? 0) < result.open.length ||
    (request === "cancel" && result.toldCancelled !== true) ||
    // It was to be paused and is not any more.
    result.paused ||
    isStreamReady ||
    hasSignal(sql, executionId, job.id);
  if (isReady) return { gate: GATES.ready, runAt: now };
  const due = open?.due ?? null;
  return due === null ? { gate: null, runAt: now } : { gate: gateAt(due, now), runAt: Math.max(due, now) };
}

/** Whether a signal was kept while a wait for it was open: the host finds out whether it fits. */
function hasSignal(sql: Sql, executionId: number, jobId: number): boolean {
  const found = sql.get(
    `SELECT 1 AS found FROM run_signals INDEXED BY run_signals_kept
      WHERE job_id = ? AND state = 'kept' AND name IN (
        SELECT name FROM run_operations
         WHERE execution_id = ? AND state = ${STATES.open} AND kind = ${KINDS.wait}) LIMIT 1`,
    jobId,
    executionId,
  );
  return found !== undefined;
}

function keepImage(tx: Tx, executionId: number, result: AsleepResult): void {
  const { image, engine, open, operations, readingsFrom, workedMs } = result;
  const { sql } = tx;
  sql.run(
    `INSERT OR REPLACE INTO run_images (execution_id, engine_id, open, operations, message, image)
     SELECT execution_id, ?, ?, ?, ?, ? FROM runs WHERE execution_id = ?`,
    engineId(tx, engine),
    JSON.stringify(open),
    operations,
    readingsFrom - 1,
    image,
    executionId,
  );
  sql.run("UPDATE runs SET worked_ms = ? WHERE execution_id = ?", workedMs, executionId);
}

/** A run whose attempt is given back, so that another worker goes on with it from its image and journal. */
export interface ReturnedRun {
  jobId: number;
  taskId: number;
  claim: number;
}

/** Lets the job of a run sleep and wait for a worker. @returns whether the claim still held */
export function returnToSleep(tx: Tx, { jobId, taskId, claim }: ReturnedRun): boolean {
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = 'sleeping', worker_id = NULL, gate = ${GATES.ready}
      WHERE id = ? AND status = 'processing' AND claims = ?`,
    jobId,
    claim,
  );
  if (changes > 0) tx.counters.moveJob(taskId, "processing", "sleeping");
  return changes > 0;
}
