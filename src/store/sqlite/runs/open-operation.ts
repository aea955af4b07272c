import type { NewJob } from "../../../domain/job.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { NewOperation } from "../../contract/runs.ts";
import { formatLane, type Lane } from "../../policy/lane.ts";
import { enqueueChildren } from "../job-enqueue.ts";
import type { CarriedRun } from "./carried-run.ts";
import { insertOperation } from "./insert-operation.ts";
import { OF_CHILDREN, STATES } from "./operation-rows.ts";
import { settleOperation } from "./settle-operation.ts";
import { keptSignals } from "./signal-rows.ts";
import { connectStreams, withoutReader } from "./streams.ts";

/** Adds an operation to the journal, and does what it asks for. One that is there already is left as it is. */
export function openOperation(run: CarriedRun, operation: NewOperation): void {
  const { work, executionId, jobId, written } = run;
  const { number, kind, result } = operation;
  const known = operation.key === undefined ? undefined : childOfKey(run, operation.key);
  if (!insertOperation(run, operation, 0, known?.jobId ?? null)) return;
  switch (kind) {
    case "call":
      if (known === undefined) call(run, operation);
      else share(run, operation, known);
      break;
    case "map":
      map(run, operation);
      break;
    case "wait":
      written.kept[number] = keptSignals(work.tx.sql, jobId, operation.name);
      break;
    case "approve":
      ask(run, operation);
      break;
    case "emit":
      emit(run, operation);
      break;
    default:
  }
  if (operation.unread !== undefined) withoutReader(run, operation.unread);
  if (result !== undefined) settleOperation(work, { executionId, number }, result);
}

interface KnownChild {
  jobId: number;
  /** null while it has not ended. */
  status: string | null;
}

/** The child of an earlier call with the same key. */
function childOfKey({ work, executionId }: CarriedRun, key: string): KnownChild | undefined {
  const row = work.tx.sql.get<{ id: number; status: string; finished_at: number | null }>(
    `SELECT jobs.id, jobs.status, jobs.finished_at
       FROM run_operations INDEXED BY run_operations_key JOIN jobs ON jobs.id = child_job_id
      WHERE execution_id = ? AND key = ? AND key IS NOT NULL AND state <> ${STATES.cancelled} ORDER BY number LIMIT 1`,
    executionId,
    key,
  );
  return row === undefined ? undefined : { jobId: row.id, status: row.finished_at === null ? null : row.status };
}

function share({ work, executionId, written }: CarriedRun, { number }: NewOperation, child: KnownChild): void {
  written.children[number] = [child.jobId];
  if (child.status === null) return;
  settleOperation(work, { executionId, number }, { ok: child.status === "completed", text: OF_CHILDREN });
}

function call(run: CarriedRun, operation: NewOperation): void {
  const { work, executionId, written } = run;
  const [child] = operation.children ?? [];
  if (child === undefined) return;
  const { number } = operation;
  const ids = enqueueChildren(work.tx, [{ job: own(child), parent: { executionId, number, item: null } }]);
  written.children[number] = ids;
  if (child.stream !== undefined && ids[0] !== undefined) connectStreams(run, child, ids[0]);
  work.tx.sql.run(
    "UPDATE run_operations SET child_job_id = ? WHERE execution_id = ? AND number = ?",
    ids[0] ?? null,
    executionId,
    number,
  );
}

/** A child is always a new job. */
function own({ idempotencyKey: _idempotencyKey, uniqueKey: _uniqueKey, ...job }: NewJob): NewJob {
  return job;
}

function map(run: CarriedRun, { number, children = [], concurrency, failFast = false }: NewOperation): void {
  const { work, executionId, written } = run;
  const { sql } = work.tx;
  const lane: Lane = { kind: "map", executionId, number };
  const started = concurrency ?? children.length;
  const parked = Math.max(0, children.length - started);
  written.children[number] = enqueueChildren(
    work.tx,
    children.map((job, item) => ({
      job: own(job),
      parent: { executionId, number, item },
      ...(item >= started && { lane: formatLane(lane) }),
    })),
  );
  if (children.length === 0) return;
  sql.run(
    "INSERT INTO run_maps (execution_id, number, children, parked, concurrency, fail_fast) VALUES (?, ?, ?, ?, ?, ?)",
    executionId,
    number,
    children.length,
    parked,
    concurrency ?? null,
    failFast ? 1 : 0,
  );
  if (parked === 0) return;
  sql.run("INSERT OR IGNORE INTO parked_lanes (lane, reason, until) VALUES (?, 'concurrency', NULL)", formatLane(lane));
}

function ask({ work, executionId, jobId, taskId }: CarriedRun, { number, name, who, dueAt }: NewOperation): void {
  work.tx.sql.run(
    `INSERT INTO approvals (execution_id, number, job_id, task_id, status, title, who, due_at, created_at)
     VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?)`,
    executionId,
    number,
    jobId,
    taskId,
    name,
    who ?? null,
    dueAt,
    work.tx.now,
  );
}

function emit({ work, executionId, jobId, taskId }: CarriedRun, { emits }: NewOperation): void {
  if (emits === undefined) return;
  const data = JSON.parse(emits) as JsonValue;
  work.tx.emit({ type: "execution.emitted", time: work.tx.now, taskId, jobId, executionId, data });
}
