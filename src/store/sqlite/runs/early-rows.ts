import type { Job, NewJob } from "../../../domain/job.ts";
import type { NewOperation, StartedChild } from "../../contract/runs.ts";
import { rankFrom } from "../../policy/rank.ts";
import { boundText } from "../bound-text.ts";
import type { SqlValue } from "../connection.ts";
import { durationOf } from "../execution-rows.ts";
import type { Tx } from "../group-commit.ts";
import { insertRows } from "../insert-rows.ts";
import {
  priorityLevel,
  REQUESTED_COLUMNS,
  requestedValues,
  SELDOM_COLUMNS,
  seldomValues,
  type TracedJob,
} from "../job-rows.ts";
import type { PlainAttempt } from "../plain-attempt.ts";
import { KINDS, OF_CHILDREN, STATES } from "./operation-rows.ts";

/** A call with its child, which runs already. */
export interface EarlyRow {
  /** The execution of the run that calls. */
  parentId: number;
  operation: NewOperation;
  started: StartedChild;
  /** How it has ended; undefined while it runs. */
  end: PlainAttempt | undefined;
  /** The place of its result among those of the run; null without one. */
  position: number | null;
}

/** Stores operations, jobs and executions as they are now. */
export function insertEarlyRows({ sql, now }: Tx, rows: readonly EarlyRow[]): void {
  const columns = [...REQUESTED_COLUMNS, ...SELDOM_COLUMNS];
  insertRows(
    sql,
    `jobs (id, task_id, status, priority, run_at, rank, created_at, started_at, finished_at, worker_id, claims,
      ${columns.join(", ")})`,
    `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1${", ?".repeat(columns.length)})`,
    rows.map(jobValues),
  );
  insertRows(
    sql,
    "job_inputs (job_id, input)",
    "(?, CAST(? AS TEXT))",
    rows.map(({ started: { job } }) => [job.id, boundText(job.inputJson)]),
  );
  insertRows(
    sql,
    `executions (id, job_id, task_id, version, attempt, status, worker_id, created_at, started_at, finished_at,
      duration_ms, cpu_ms, peak_memory, fetch_count, fetch_bytes, log_count, output, trace_id, trace)`,
    "(?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?, ?)",
    rows.map(executionValues),
  );
  insertRows(
    sql,
    `run_operations (execution_id, number, kind, state, position, due_at, child_job_id, undoes, created_at, settled_at, name,
      label, request, result)`,
    `(?, ?, ${KINDS.call}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    rows.map((row) => operationValues(row, now)),
  );
}

function jobValues({ parentId, operation, started: { job }, end }: EarlyRow): SqlValue[] {
  const level = priorityLevel(job.priority);
  const [child] = operation.children ?? [];
  const traced = tracedJob(job, child, { executionId: parentId, number: operation.number, item: null });
  return [
    job.id,
    job.taskId,
    end === undefined ? "processing" : "completed",
    level,
    job.runAt,
    rankFrom(job.createdAt, job.runAt, level),
    job.createdAt,
    job.startedAt,
    end?.finishedAt ?? null,
    end === undefined ? job.workerId : null,
    ...requestedValues(traced, null),
    ...seldomValues(traced),
  ];
}

/** What was requested, without the keys that a child does not have. */
function tracedJob(job: Job, child: NewJob | undefined, parent: TracedJob["parent"]): TracedJob {
  const { taskId, inputJson } = job;
  const { idempotencyKey: _idempotencyKey, uniqueKey: _uniqueKey, ...requested } = child ?? { taskId, inputJson };
  return { job: requested, traceId: job.traceId ?? "", trace: job.trace ?? "", parent };
}

function executionValues({ started: { job, executionId, trace }, end }: EarlyRow): SqlValue[] {
  const startedAt = end?.startedAt ?? job.startedAt;
  const usage = end?.usage ?? null;
  return [
    executionId,
    job.id,
    job.taskId,
    end?.version ?? job.version,
    end === undefined ? "running" : "completed",
    job.workerId,
    job.createdAt,
    startedAt,
    end?.finishedAt ?? null,
    end === undefined ? null : durationOf(usage, startedAt, end.finishedAt),
    usage?.cpuMs ?? null,
    usage?.peakMemoryBytes ?? null,
    usage?.fetchCount ?? null,
    usage?.fetchBytes ?? null,
    end?.logsStored ?? 0,
    end === undefined ? null : boundText(end.result.outputJson),
    trace.traceId,
    end?.trace ?? trace.spanPrefix,
  ];
}

function operationValues({ parentId, operation, started, end, position }: EarlyRow, now: number): SqlValue[] {
  const { number, name, label, request, dueAt, undoes } = operation;
  const hasEnded = end !== undefined;
  return [
    parentId,
    number,
    hasEnded ? STATES.completed : STATES.open,
    position,
    dueAt,
    started.job.id,
    undoes,
    started.job.createdAt,
    hasEnded ? now : null,
    name,
    label,
    request,
    hasEnded ? OF_CHILDREN : null,
  ];
}
