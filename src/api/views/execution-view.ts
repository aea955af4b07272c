import type { ExecutionDetail, ExecutionRecord } from "../../domain/execution-record.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { StoredLog } from "../../store/contract/executions.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { storedValue, storedValueOrNull } from "../resources/stored-json.ts";
import { taskName } from "./task-view.ts";

/** An execution as REST shows it. */
export function executionView(execution: ExecutionRecord, task: TaskRecord | undefined) {
  const { cpuMs, peakMemoryBytes, fetchCount, fetchBytes } = execution;
  return {
    id: execution.id,
    status: execution.status,
    jobId: execution.jobId,
    taskId: execution.taskId,
    task: task === undefined ? null : taskName(task),
    version: execution.version,
    attempt: execution.attempt,
    workerId: execution.workerId,
    createdAt: timeText(execution.createdAt),
    startedAt: timeTextOrNull(execution.startedAt),
    finishedAt: timeTextOrNull(execution.finishedAt),
    durationMs: execution.durationMs,
    queueWaitMs: execution.queueWaitMs,
    usage: { cpuMs, peakMemoryBytes, fetchCount, fetchBytes },
    logCount: execution.logCount,
    error: execution.error,
  };
}

/** An execution with what went in and came out. */
export function executionDetailView(execution: ExecutionDetail, task: TaskRecord | undefined) {
  return {
    ...executionView(execution, task),
    input: storedValue(execution.inputJson),
    output: storedValueOrNull(execution.outputJson),
  };
}

/** A console line as REST shows it. */
export function logView({ seq, level, message, time }: StoredLog) {
  return { seq, level, message, time: timeText(time) };
}
