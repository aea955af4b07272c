import type { StoredError } from "../../domain/job.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { RescueResult, WorkerRecord, WorkerStore } from "../contract/workers.ts";
import { GATES } from "../policy/gates.ts";
import { parseLane } from "../policy/lane.ts";
import { decideRescue, WORKER_LOST } from "../policy/rescue.ts";
import { attemptData } from "./attempt-data.ts";
import { noteEndedChild } from "./cancel-row.ts";
import type { Sql } from "./connection.ts";
import { type AbandonedExecution, abandonExecution, durationOf, endExecution } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { finishEnds } from "./job-control.ts";
import { createLaneBook } from "./lanes.ts";
import { moveRetriesSetBack } from "./retries-set-back.ts";
import { createRunWork, type RunWork } from "./runs/run-work.ts";
import { returnToSleep } from "./runs/sleep.ts";
import { settleSchedule } from "./schedule-settle.ts";
import type { Writer } from "./writer.ts";

const WORKER_COLUMNS = `id, host, pid, process_start AS processStart, lease_ms AS leaseMs, beat, beat_at AS beatAt,
  started_at AS startedAt`;

/** Workers over SQLite. */
export function createWorkerStore(sql: Sql, writer: Writer): WorkerStore {
  return {
    register: (worker) =>
      writer.write((tx) => {
        tx.sql.run(
          `INSERT INTO workers (id, host, pid, process_start, lease_ms, beat, beat_at, started_at)
           VALUES (?, ?, ?, ?, ?, 0, ?, ?)`,
          worker.id,
          worker.host,
          worker.pid,
          worker.processStart,
          worker.leaseMs,
          tx.now,
          tx.now,
        );
        // A direct execution may have started just when its worker was considered lost.
        const strays = tx.sql.all<{ worker_id: string }>(
          `SELECT DISTINCT worker_id FROM executions INDEXED BY executions_live
            WHERE status IN ('pending', 'running') AND job_id IS NULL AND worker_id NOT IN (SELECT id FROM workers)`,
        );
        for (const stray of strays) failDirect(tx, stray.worker_id);
      }),
    beat: (id) =>
      writer.write((tx) => {
        const { changes } = tx.sql.run("UPDATE workers SET beat = beat + 1, beat_at = ? WHERE id = ?", tx.now, id);
        sweepParked(tx);
        moveRetriesSetBack(tx);
        const jobs = tx.sql.all<{ id: number }>(
          "SELECT id FROM jobs INDEXED BY jobs_processing WHERE worker_id = ? AND status = 'processing'",
          id,
        );
        const others = tx.sql.all<WorkerRecord>(`SELECT ${WORKER_COLUMNS} FROM workers WHERE id <> ?`, id);
        return { alive: changes > 0, jobIds: jobs.map((job) => job.id), others };
      }),
    list: async () => sql.all<WorkerRecord>(`SELECT ${WORKER_COLUMNS} FROM workers ORDER BY id`),
    rescue: (id, beat) => writer.write((tx) => rescue(tx, id, beat)),
    remove: (id) =>
      writer.write((tx) => {
        tx.sql.run(
          `DELETE FROM workers WHERE id = ? AND NOT EXISTS (
             SELECT 1 FROM jobs INDEXED BY jobs_processing WHERE worker_id = workers.id AND status = 'processing')`,
          id,
        );
      }),
  };
}

/**
 * Opens lanes with parked jobs that nothing else would open (after a crash of another process, or a clock that was set
 * back). A sample of the lanes is enough, because this is only the safety net.
 */
function sweepParked(tx: Tx): void {
  const book = createLaneBook(tx.sql, tx.now);
  const lanes = tx.sql.all<{ lane: string }>("SELECT lane FROM parked_lanes ORDER BY random() LIMIT 200");
  for (const { lane } of lanes) book.open(parseLane(lane));
  book.save();
}

function rescue(tx: Tx, id: string, beat: number): RescueResult {
  const { changes } = tx.sql.run("DELETE FROM workers WHERE id = ? AND beat = ?", id, beat);
  if (changes === 0) return { rescued: [], failed: [] };
  const result: RescueResult = { rescued: [], failed: [] };
  const rows = tx.sql.all<LeasedRow>(
    `SELECT id, task_id, rescues, schedule_id, scheduled_at, concurrency_key, claims, run_id, parent, parent_number, NULL AS lane
       FROM jobs INDEXED BY jobs_processing WHERE worker_id = ? AND status = 'processing'`,
    id,
  );
  const work = createRunWork(tx);
  for (const row of rows) {
    const isFailed = row.run_id === null ? !requeueOrFail(work, row) : !returnOrFail(work, row, row.run_id);
    (isFailed ? result.failed : result.rescued).push(row.id);
    work.freed.push(row);
  }
  failDirect(tx, id);
  finishEnds(work);
  return result;
}

/** @returns false if the job has failed, since its worker was lost too often */
function requeueOrFail(work: RunWork, row: LeasedRow): boolean {
  const ended = abandonExecution(work.tx, row, "failed", WORKER_LOST);
  const decision = decideRescue(row.rescues);
  if (decision.kind === "requeue") requeue(work.tx, row, ended);
  else fail(work, row, ended, decision.error);
  return decision.kind === "requeue";
}

/**
 * Lets a run go on from its image and journal. Only a loss after which nothing was recorded before the next one counts.
 * @returns false if the job has failed, since its worker was lost too often
 */
function returnOrFail(work: RunWork, row: LeasedRow, runId: number): boolean {
  const { tx } = work;
  const progressed = tx.sql.get<{ progressed: number }>("SELECT progressed FROM runs WHERE execution_id = ?", runId);
  const counts = progressed?.progressed !== 1;
  const decision = counts ? decideRescue(row.rescues) : { kind: "requeue" as const };
  if (decision.kind === "fail") {
    const ended = abandonExecution(tx, row, "failed", decision.error);
    fail(work, row, ended, decision.error);
    if (ended !== null) work.endedRuns.push(ended.id);
    return false;
  }
  returnToSleep(tx, { jobId: row.id, taskId: row.task_id, claim: row.claims });
  tx.sql.run("UPDATE jobs SET rescues = rescues + ? WHERE id = ?", counts ? 1 : 0, row.id);
  tx.sql.run("UPDATE runs SET progressed = 0 WHERE execution_id = ?", runId);
  tx.sql.run("UPDATE executions SET status = 'sleeping' WHERE id = ? AND status = 'running'", runId);
  tx.counters.moveExecution(row.task_id, "running", "sleeping");
  tx.emit({
    type: "job.sleeping",
    time: tx.now,
    taskId: row.task_id,
    jobId: row.id,
    executionId: runId,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
    data: { rescued: true },
    execution: "sleeping",
  });
  return true;
}

interface LeasedRow {
  id: number;
  task_id: number;
  rescues: number;
  schedule_id: number | null;
  scheduled_at: number | null;
  concurrency_key: string | null;
  claims: number;
  run_id: number | null;
  parent: number | null;
  parent_number: number | null;
  lane: string | null;
}

function requeue(tx: Tx, row: LeasedRow, ended: AbandonedExecution | null): void {
  // It keeps its rank, and with that the time that it has waited.
  tx.sql.run(
    `UPDATE jobs SET status = 'queued', worker_id = NULL, gate = ${GATES.ready}, rescues = rescues + 1 WHERE id = ?`,
    row.id,
  );
  tx.counters.moveJob(row.task_id, "processing", "queued");
  emitLoss(tx, "job.queued", { row, ended, error: WORKER_LOST }, { rescued: true });
}

function fail(work: RunWork, row: LeasedRow, ended: AbandonedExecution | null, error: StoredError): void {
  const { tx } = work;
  tx.sql.run(
    "UPDATE jobs SET status = 'failed', worker_id = NULL, request = NULL, finished_at = ?, error = ? WHERE id = ?",
    tx.now,
    JSON.stringify(error),
    row.id,
  );
  tx.counters.moveJob(row.task_id, "processing", "failed");
  emitLoss(tx, "job.failed", { row, ended, error }, {});
  noteEndedChild(work, row, false);
  if (row.schedule_id !== null) settleSchedule(tx, row.schedule_id, row.id, true);
}

/** A job whose worker was lost, and the execution that ended with it. */
interface Loss {
  row: LeasedRow;
  ended: AbandonedExecution | null;
  error: StoredError;
}

function emitLoss(tx: Tx, type: "job.queued" | "job.failed", { row, ended, error }: Loss, more: JsonObject): void {
  const at = {
    time: tx.now,
    taskId: row.task_id,
    jobId: row.id,
    scheduleId: row.schedule_id,
    scheduledAt: row.scheduled_at,
  };
  if (ended === null) tx.emit({ type, ...at, data: more });
  else {
    const data = { ...attemptData(ended.attempt, ended.durationMs, error), ...more };
    tx.emit({ type, ...at, executionId: ended.id, data, execution: "failed" });
  }
}

/** Fails the direct executions of a lost worker. Nobody waits for them any more. */
function failDirect(tx: Tx, workerId: string): void {
  const rows = tx.sql.all<{ id: number; task_id: number; started_at: number | null; log_count: number }>(
    `SELECT id, task_id, started_at, log_count FROM executions INDEXED BY executions_live
      WHERE worker_id = ? AND status IN ('pending', 'running') AND job_id IS NULL`,
    workerId,
  );
  for (const row of rows) {
    endExecution(tx, row.id, row.task_id, {
      status: "failed",
      version: null,
      startedAt: row.started_at,
      finishedAt: tx.now,
      usage: null,
      error: WORKER_LOST,
      outputJson: null,
      logCount: row.log_count,
    });
    const data = attemptData(1, durationOf(null, row.started_at, tx.now), WORKER_LOST);
    tx.emit({ type: "execution.failed", time: tx.now, taskId: row.task_id, executionId: row.id, data });
  }
}
