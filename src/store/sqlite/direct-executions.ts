import type { LogEntry } from "../../domain/execution.ts";
import { utf8Length } from "../../domain/shared-text.ts";
import { newExecutionTrace } from "../../telemetry/tracing/new-execution-trace.ts";
import type { DirectExecutionEnd, NewDirectExecution } from "../contract/executions.ts";
import { APART_BYTES } from "./apart-bytes.ts";
import { attemptData } from "./attempt-data.ts";
import { boundText } from "./bound-text.ts";
import { insertLedger } from "./execution-ledgers.ts";
import { insertRecording } from "./execution-recordings.ts";
import { durationOf, endExecution } from "./execution-rows.ts";
import type { Tx } from "./group-commit.ts";
import { insertLogs } from "./log-rows.ts";

/** @returns the id of the execution */
export function startDirect(tx: Tx, execution: NewDirectExecution): number {
  const { taskId, version, workerId, inputJson, trace = newExecutionTrace() } = execution;
  const isApart = utf8Length(inputJson) > APART_BYTES;
  const { id } = tx.sql.run(
    `INSERT INTO executions (task_id, version, attempt, status, worker_id, created_at, started_at, trace_id, trace,
       input)
     VALUES (?, ?, 1, 'running', ?, ?, ?, ?, ?, CAST(? AS TEXT))`,
    taskId,
    version,
    workerId,
    tx.now,
    tx.now,
    trace.traceId,
    trace.spanPrefix,
    isApart ? "" : boundText(inputJson),
  );
  if (isApart) {
    const insert = "INSERT INTO direct_inputs (execution_id, input) VALUES (?, CAST(? AS TEXT))";
    tx.sql.run(insert, id, boundText(inputJson));
  }
  tx.counters.startExecution(taskId);
  tx.emit({ type: "execution.started", time: tx.now, taskId, executionId: id, data: { attempt: 1 } });
  return id;
}

/** Stores console lines of a running execution. @param first sequence number of the first one */
export function logDirect(tx: Tx, id: number, first: number, logs: readonly LogEntry[]): void {
  const running = tx.sql.get<{ task_id: number }>(
    "UPDATE executions SET log_count = ? WHERE id = ? AND status = 'running' RETURNING task_id",
    first + logs.length,
    id,
  );
  if (running !== undefined) insertLogs(tx, { executionId: id, taskId: running.task_id, first }, logs);
}

/** @returns false when it had ended already */
export function finishDirect(tx: Tx, end: DirectExecutionEnd): boolean {
  const { id, taskId, result } = end;
  const error = result.status === "completed" ? null : result.error;
  const ended = endExecution(tx, id, taskId, {
    status: result.status,
    version: end.version,
    startedAt: end.startedAt,
    finishedAt: end.finishedAt,
    usage: end.usage,
    error,
    outputJson: result.status === "completed" ? result.outputJson : null,
    logCount: (end.logsStored ?? 0) + end.logs.length,
    trace: end.trace,
  });
  if (ended === undefined) return false;
  insertLogs(tx, { executionId: id, taskId, first: end.logsStored ?? 0 }, end.logs);
  insertLedger(tx.sql, id, end.touched);
  insertRecording(tx, id, end.recording);
  const data = attemptData(1, durationOf(end.usage, end.startedAt, end.finishedAt), error);
  tx.emit({ type: `execution.${result.status}`, time: tx.now, taskId, executionId: id, data });
  return true;
}
