import { DURABLE_LIMITS } from "../../../domain/durable.ts";
import type { NewOperation, RunChange, RunWrite, RunWritten, StartedChild } from "../../contract/runs.ts";
import type { CarriedRun } from "./carried-run.ts";
import { diverge } from "./diverge.ts";
import { OPEN_COLUMNS, type OpenOperation, withdraw } from "./finish-work.ts";
import { openOperation } from "./open-operation.ts";
import { STATES } from "./operation-rows.ts";
import type { RunWork } from "./run-work.ts";
import { settleOperation } from "./settle-operation.ts";
import { storeStep } from "./store-step.ts";
import { noteItems, noteTaken, stopReading } from "./streams.ts";

/** Makes the changes of a run, unless its worker no longer owns the job. */
export function applyRunWrite(work: RunWork, write: RunWrite): RunWritten {
  const { executionId, jobId, claim, changes } = write;
  const written: RunWritten = { executionId, owned: true, limit: null, near: null, children: {}, kept: {}, late: [] };
  work.early.storeFor(executionId);
  const held = work.tx.sql.get<{ task_id: number }>(
    "SELECT task_id FROM jobs WHERE id = ? AND status = 'processing' AND claims = ?",
    jobId,
    claim,
  );
  if (held === undefined) return { ...written, owned: false };
  const run: CarriedRun = { work, executionId, jobId, taskId: held.task_id, written };
  const { operations = 0, bytes = 0 } = work.counts(executionId) ?? {};
  for (const change of changes) {
    applyChange(run, change);
    written.limit = reachedLimit(run);
    if (written.limit !== null) break;
  }
  written.near = nearLimit(run, { operations, bytes });
  return written;
}

/** @param before what the run had before these changes */
function nearLimit(
  { work, executionId }: CarriedRun,
  before: { operations: number; bytes: number },
): RunWritten["near"] {
  const counts = work.counts(executionId);
  if (counts === undefined) return null;
  const { warnOperations, warnJournalBytes } = DURABLE_LIMITS;
  if (before.operations < warnOperations && counts.operations >= warnOperations) return "operations";
  return before.bytes <= warnJournalBytes && counts.bytes > warnJournalBytes ? "journalBytes" : null;
}

function applyChange(run: CarriedRun, change: RunChange): void {
  if (change.type === "open" && change.operation.started !== undefined) {
    return addEarly(run, change.operation, change.operation.started);
  }
  // Readings depend on nothing, and come before most operations.
  if (change.type !== "readings") run.work.early.store();
  switch (change.type) {
    case "begin":
      return begin(run, change);
    case "open":
      return openOperation(run, change.operation);
    case "record":
      return storeStep(run, change.operation, change);
    case "postpone":
      return storeStep(run, change.operation, { attempts: change.attempts });
    case "settle":
      return settle(run, change);
    case "take":
      return take(run, change);
    case "pass":
      return pass(run, change);
    case "diverge":
      return diverge(run, change);
    case "item":
      return addItem(run, change);
    case "taken":
      return noteTaken(run, change.items);
    case "stopReading":
      return stopReading(run);
    case "readings":
      return addReadings(run, change);
  }
}

function addEarly({ work, executionId, written }: CarriedRun, operation: NewOperation, started: StartedChild): void {
  written.children[operation.number] = [started.job.id];
  work.early.add({ executionId, operation, started, counts: work.counts(executionId) });
}

function reachedLimit({ work, executionId }: CarriedRun): RunWritten["limit"] {
  const counts = work.counts(executionId);
  if (counts === undefined) return null;
  if (counts.operations > DURABLE_LIMITS.operations) return "operations";
  return counts.bytes > DURABLE_LIMITS.journalBytes ? "journalBytes" : null;
}

type Change<Type extends RunChange["type"]> = Extract<RunChange, { type: Type }>;

function begin({ work, executionId, jobId }: CarriedRun, { runKey, seed, version }: Change<"begin">): void {
  const { sql } = work.tx;
  sql.run(
    "INSERT OR IGNORE INTO runs (execution_id, job_id, run_key, seed) VALUES (?, ?, ?, ?)",
    executionId,
    jobId,
    runKey,
    seed,
  );
  sql.run(
    `UPDATE jobs SET run_id = ?, pinned = CASE WHEN version IS NULL THEN 1 ELSE pinned END, version = coalesce(version, ?)
      WHERE id = ?`,
    executionId,
    version,
    jobId,
  );
  sql.run("UPDATE executions SET version = ? WHERE id = ?", version, executionId);
}

function settle({ work, executionId, written }: CarriedRun, { number, result, isWithdrawn }: Change<"settle">): void {
  const operation = work.tx.sql.get<OpenOperation>(
    `SELECT ${OPEN_COLUMNS} FROM run_operations WHERE execution_id = ? AND number = ? AND state = ${STATES.open}`,
    executionId,
    number,
  );
  if (operation === undefined || !settleOperation(work, { executionId, number }, result)) written.late.push(number);
  else withdraw(work, executionId, operation, isWithdrawn ? "cancelled" : "expired");
}

function take(run: CarriedRun, { number, signalId, result }: Change<"take">): void {
  const { work, executionId, jobId, written } = run;
  const { sql, now } = work.tx;
  const isKept = sql.get(
    "SELECT 1 AS found FROM run_signals WHERE id = ? AND job_id = ? AND state = 'kept'",
    signalId,
    jobId,
  );
  if (isKept === undefined || !settleOperation(work, { executionId, number }, result)) {
    written.late.push(number);
    return;
  }
  sql.run(
    "UPDATE run_signals SET state = 'taken', execution_id = ?, number = ?, settled_at = ? WHERE id = ?",
    executionId,
    number,
    now,
    signalId,
  );
}

function pass({ work, executionId, jobId }: CarriedRun, { signalId, reason }: Change<"pass">): void {
  work.tx.sql.run(
    `UPDATE run_signals SET state = 'passed', execution_id = ?, reason = ?, settled_at = ?
      WHERE id = ? AND job_id = ? AND state = 'kept'`,
    executionId,
    reason,
    work.tx.now,
    signalId,
    jobId,
  );
}

function addItem(run: CarriedRun, { item, text }: Change<"item">): void {
  const { work, executionId } = run;
  const { changes } = work.tx.sql.run(
    "INSERT OR IGNORE INTO run_items (execution_id, item, text) VALUES (?, ?, ?)",
    executionId,
    item,
    text,
  );
  const counts = work.counts(executionId);
  if (changes === 0 || counts === undefined) return;
  counts.items = Math.max(counts.items, item + 1);
  noteItems(run, counts.items);
}

function addReadings({ work, executionId }: CarriedRun, { message, text }: Change<"readings">): void {
  work.tx.sql.run(
    "INSERT OR REPLACE INTO run_readings (execution_id, message, text) VALUES (?, ?, ?)",
    executionId,
    message,
    text,
  );
}
