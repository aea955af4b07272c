import type { ExecutionStatus } from "../../../domain/execution-record.ts";
import { SPAN_PREFIX_DIGITS } from "../../../domain/trace.ts";
import type { ClaimedJob } from "../../contract/jobs.ts";
import type { Tx } from "../group-commit.ts";
import { type JobRow, jobFromRow } from "../job-rows.ts";
import { keepStretch } from "./stretches.ts";

/** Statuses of executions that go on when their job is claimed. */
const RESTING: readonly ExecutionStatus[] = ["sleeping", "paused", "needs_attention"];

interface RestingRow {
  id: number;
  status: ExecutionStatus;
  log_count: number;
  trace_id: string | null;
  trace: string | null;
}

/**
 * Goes on with the execution of a job that was just claimed.
 * @returns undefined if that has ended: then its journal is the beginning of another execution
 */
export function wakeRun(tx: Tx, workerId: string, row: JobRow): ClaimedJob | undefined {
  const { sql, now, counters } = tx;
  const execution = sql.get<RestingRow>(
    "SELECT id, status, log_count, trace_id, substr(trace, 1, ?) AS trace FROM executions WHERE id = ?",
    SPAN_PREFIX_DIGITS,
    row.run_id,
  );
  if (execution === undefined || !RESTING.includes(execution.status)) return undefined;
  const { id: executionId, log_count: logsStored } = execution;
  sql.run("UPDATE jobs SET wakes = wakes + 1 WHERE id = ?", row.id);
  row.wakes += 1;
  const before = keepStretch(sql, executionId);
  sql.run(
    `UPDATE executions SET status = 'running', worker_id = ?, woken_at = ?, error = NULL,
       trace = substr(trace, 1, ${SPAN_PREFIX_DIGITS}) WHERE id = ?`,
    workerId,
    now,
    executionId,
  );
  counters.moveExecution(row.task_id, execution.status, "running");
  const job = jobFromRow(row);
  job.executionId = executionId;
  tx.emit({
    type: "job.started",
    time: now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: { attempt: job.attempts, woken: true },
  });
  return {
    job,
    claim: row.claims,
    executionId,
    logsStored,
    trace: { traceId: execution.trace_id ?? "", spanPrefix: execution.trace ?? "", before },
    waitedFrom: Math.max(row.run_at, row.created_at),
  };
}
