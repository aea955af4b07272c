import { attemptData } from "../attempt-data.ts";
import { insertLedger } from "../execution-ledgers.ts";
import { insertRecording } from "../execution-recordings.ts";
import { durationOf } from "../execution-rows.ts";
import type { Tx } from "../group-commit.ts";
import type { EarlyRow } from "./early-rows.ts";

/** Counts children that ran before they were stored, and emits the events of all that has happened to them. */
export function recordEarly(tx: Tx, rows: readonly EarlyRow[]): void {
  for (const row of rows) {
    const { job, executionId } = row.started;
    const { id: jobId, taskId, createdAt } = job;
    const about = { taskId, jobId, executionId, scheduleId: null, scheduledAt: null };
    tx.counters.moveJob(taskId, undefined, "queued");
    tx.emit({ type: "job.queued", time: createdAt, taskId, jobId });
    tx.counters.moveJob(taskId, "queued", "processing");
    tx.counters.startExecution(taskId, 0);
    tx.emit({ ...about, type: "job.started", time: createdAt, data: { attempt: 1 }, execution: "started" });
    recordEnd(tx, row, about);
  }
}

/** Whom events are about. */
interface About {
  taskId: number;
  jobId: number;
  executionId: number;
  scheduleId: null;
  scheduledAt: null;
}

function recordEnd(tx: Tx, { end, started: { job } }: EarlyRow, about: About): void {
  if (end === undefined) return;
  const { taskId, executionId } = about;
  const durationMs = durationOf(end.usage, end.startedAt ?? job.startedAt, end.finishedAt);
  tx.counters.moveJob(taskId, "processing", "completed");
  tx.counters.endExecution(taskId, "completed", durationMs);
  insertLedger(tx.sql, executionId, end.touched);
  insertRecording(tx, executionId, end.recording);
  const data = attemptData(1, durationMs, null);
  tx.emit({ ...about, type: "job.completed", time: tx.now, data, execution: "completed" });
}
