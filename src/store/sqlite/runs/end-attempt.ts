import type { RunRequest } from "../../../domain/job.ts";
import type { AttemptResult, FinishedAttempt } from "../../contract/jobs.ts";
import { GATES } from "../../policy/gates.ts";
import { rankOf } from "../../policy/rank.ts";
import { APART_BYTES } from "../apart-bytes.ts";
import { attemptData } from "../attempt-data.ts";
import { boundText } from "../bound-text.ts";
import { endExecution } from "../execution-rows.ts";
import type { Tx } from "../group-commit.ts";
import { priorityLevel } from "../job-rows.ts";
import { insertLogs } from "../log-rows.ts";
import { restExecution } from "./rest-execution.ts";
import type { RunWork } from "./run-work.ts";

type Result<Kind extends AttemptResult["kind"]> = Extract<AttemptResult, { kind: Kind }>;

/** What an attempt's job has been asked; undefined if the worker no longer owns it. */
export function requestOf(
  tx: Tx,
  { claimed: { job, claim } }: FinishedAttempt,
): { request: RunRequest | null } | undefined {
  return tx.sql.get<{ request: RunRequest | null }>(
    "SELECT request FROM jobs WHERE id = ? AND status = 'processing' AND claims = ?",
    job.id,
    claim,
  );
}

/** Stores that a run can't go on by itself. @returns whether the worker still owned the job */
export function needAttention(tx: Tx, attempt: FinishedAttempt, { error }: Result<"attention">): boolean {
  const { job, claim, executionId } = attempt.claimed;
  const { changes } = tx.sql.run(
    `UPDATE jobs SET status = 'needs_attention', worker_id = NULL, request = NULL, error = ?,
       progress = coalesce(?, progress) WHERE id = ? AND status = 'processing' AND claims = ?`,
    JSON.stringify(error),
    attempt.progress === null ? null : JSON.stringify(attempt.progress),
    job.id,
    claim,
  );
  if (changes === 0) return false;
  restExecution(tx, attempt, { status: "needs_attention", error });
  tx.counters.moveJob(job.taskId, "processing", "needs_attention");
  tx.emit({
    type: "job.needs_attention",
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: attemptData(job.attempts, attempt.usage?.durationMs ?? null, error),
    execution: "needs_attention",
  });
  return true;
}

/**
 * Completes the execution of a run that begins again, and queues its job with another input. The execution keeps the input
 * that it had.
 */
export function renew(work: RunWork, attempt: FinishedAttempt, result: Result<"renewed">, isPaused: boolean): void {
  const { tx } = work;
  const { job, executionId } = attempt.claimed;
  const status = isPaused ? "paused" : "queued";
  keepInput(tx, job.id, executionId);
  tx.sql.run("UPDATE job_inputs SET input = CAST(? AS TEXT) WHERE job_id = ?", boundText(result.inputJson), job.id);
  tx.sql.run(
    `UPDATE jobs SET status = ?, worker_id = NULL, gate = ?, run_at = ?, rank = ?, retries = 0, rescues = 0, error = NULL,
       run_id = NULL, request = NULL, version = CASE pinned WHEN 1 THEN NULL ELSE version END, pinned = 0,
       progress = coalesce(?, progress) WHERE id = ?`,
    status,
    isPaused ? null : GATES.ready,
    tx.now,
    rankOf(tx.now, priorityLevel(job.priority)),
    attempt.progress === null ? null : JSON.stringify(attempt.progress),
    job.id,
  );
  tx.counters.moveJob(job.taskId, "processing", status);
  insertLogs(tx, { executionId, taskId: job.taskId, first: attempt.logsStored }, attempt.logs);
  const durationMs = endExecution(tx, executionId, job.taskId, {
    status: "completed",
    error: null,
    outputJson: "null",
    version: attempt.version,
    startedAt: attempt.startedAt,
    finishedAt: attempt.finishedAt,
    usage: attempt.usage,
    logCount: attempt.logsStored + attempt.logs.length,
    trace: attempt.trace,
  });
  work.endedRuns.push(executionId);
  tx.emit({
    type: `job.${status}`,
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: { ...attemptData(job.attempts, durationMs ?? null, null), renewed: true },
    execution: "completed",
  });
}

/** A long input is apart from its execution: see `direct-executions.ts`. */
function keepInput({ sql }: Tx, jobId: number, executionId: number): void {
  sql.run(
    `INSERT OR REPLACE INTO direct_inputs (execution_id, input) SELECT ?, input FROM job_inputs
      WHERE job_id = ? AND octet_length(input) > ${APART_BYTES}`,
    executionId,
    jobId,
  );
  sql.run(
    `UPDATE executions SET input = (SELECT CASE WHEN octet_length(input) > ${APART_BYTES} THEN '' ELSE input END FROM job_inputs
       WHERE job_inputs.job_id = executions.job_id) WHERE id = ?`,
    executionId,
  );
}
