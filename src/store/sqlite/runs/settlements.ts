import type { ExecutionStatus } from "../../../domain/execution-record.ts";
import type { JobStatus } from "../../../domain/job.ts";
import type { ChildEnd } from "../../contract/child-end.ts";
import { guestNumber, type Settlement } from "../../contract/runs.ts";
import { briefText } from "../brief-text.ts";
import type { Sql } from "../connection.ts";
import { parseStoredError } from "../job-rows.ts";
import { isResultOfChildren, KINDS, STATES } from "./operation-rows.ts";
import type { SettledOperation } from "./run-work.ts";

interface SettledRow {
  execution_id: number;
  number: number;
  kind: number;
  state: number;
  position: number;
  child_job_id: number | null;
  source_id: number | null;
  result: string | null;
}

/** The results of operations that have one, in the order of their results. Long outputs of children are not read. */
export function readSettlements(sql: Sql, operations: readonly SettledOperation[]): Settlement[] {
  return operations.flatMap(({ executionId, number }) => {
    const row = sql.get<SettledRow>(
      `SELECT execution_id, number, kind, state, position, child_job_id, source_id, result FROM run_operations
        WHERE execution_id = ? AND number = ? AND position IS NOT NULL`,
      executionId,
      number,
    );
    return row === undefined ? [] : [settlementOf(sql, row)];
  });
}

/** A row of an operation that has a result. */
export function settlementOf(sql: Sql, row: SettledRow): Settlement {
  const { execution_id: executionId, number, kind, state, position, child_job_id: childJobId, source_id } = row;
  const result = { ok: state === STATES.completed, text: row.result ?? "" };
  const settlement: Settlement = { executionId, number, order: position, result };
  if (!isResultOfChildren(row)) return settlement;
  if (kind === KINDS.map) settlement.children = readItems(sql, source_id ?? executionId, guestNumber(number));
  else if (childJobId !== null) settlement.child = readChild(sql, childJobId);
  return settlement;
}

interface ChildRow {
  id: number;
  task_id: number;
  status: JobStatus;
  error: string | null;
  execution_id: number | null;
  version: string | null;
  execution_status: ExecutionStatus | null;
  output: string | null;
}

/** A job with its latest execution. */
function childQuery(sql: Sql, where: string): string {
  return `SELECT jobs.id, jobs.task_id, jobs.status, jobs.error, e.id AS execution_id, coalesce(e.version, jobs.version) AS
      version, e.status AS execution_status, ${briefText("e.output", sql.inlineBytes)} AS output
    FROM jobs LEFT JOIN executions e
      ON e.id = (SELECT max(id) FROM executions WHERE executions.job_id = jobs.id AND job_id IS NOT NULL)
    WHERE ${where}`;
}

function readChild(sql: Sql, jobId: number): ChildEnd {
  const row = sql.get<ChildRow>(childQuery(sql, "jobs.id = ?"), jobId);
  return row === undefined ? gone(jobId) : childEnd(row);
}

function readItems(sql: Sql, parent: number, number: number): ChildEnd[] {
  const where = "parent = ? AND parent IS NOT NULL AND parent_number = ? ORDER BY parent_item";
  return sql.all<ChildRow>(childQuery(sql, where), parent, number).map(childEnd);
}

function childEnd(row: ChildRow): ChildEnd {
  const { id: jobId, task_id: taskId, version, status } = row;
  const hasEnded = status === "completed" || status === "failed" || status === "cancelled";
  return {
    jobId,
    executionId: row.execution_id,
    taskId,
    version,
    // One that is requeued by hand was at its end when the operation settled.
    status: hasEnded ? status : "cancelled",
    outputJson: status === "completed" && row.execution_status === "completed" ? row.output : null,
    error: parseStoredError(row.error),
  };
}

function gone(jobId: number): ChildEnd {
  return { jobId, executionId: null, taskId: 0, version: null, status: "gone", outputJson: null, error: null };
}
