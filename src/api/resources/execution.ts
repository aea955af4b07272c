import { LOG_LEVELS } from "../../domain/execution.ts";
import {
  ENDED_STATUSES,
  EXECUTION_STATUSES,
  type ExecutionDetail,
  type ExecutionRecord,
} from "../../domain/execution-record.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { Waiting } from "../../service/runs/waiting.ts";
import type { StoredLog } from "../../store/contract/executions.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import {
  COUNT,
  COUNT_OR_NULL,
  ERROR_OR_NULL,
  FLAG,
  ID,
  ID_OR_NULL,
  NUMBER_OR_NULL,
  SIZE_OR_NULL,
  TASK_OR_NULL,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
} from "./parts.ts";
import { defineResource, type View } from "./resource.ts";
import { WAITING_FOR, waitingView } from "./run.ts";
import { storedValue, storedValueOrNull } from "./stored-json.ts";
import { taskName } from "./task-name.ts";

/** The resources that an execution used. */
export const USAGE = defineResource("The resources that the execution used.", {
  cpuMs: {
    ...NUMBER_OR_NULL,
    description: "Time that a thread worked for the execution, in ms; null if unknown.",
  },
  peakMemoryBytes: {
    ...SIZE_OR_NULL,
    description: "Peak memory of the program, in bytes; null if unknown.",
  },
  fetchCount: {
    ...COUNT_OR_NULL,
    description: "Number of HTTP requests that the task sent; null if unknown.",
  },
  fetchBytes: { ...SIZE_OR_NULL, description: "Bytes of HTTP bodies sent and received; null if unknown." },
});

/** One attempt of a job, or a direct execution. */
export const EXECUTION = defineResource("One attempt of a job, or a direct execution.", {
  id: { ...ID, description: "Id of the execution." },
  status: { type: "string", enum: EXECUTION_STATUSES, description: "Status of the execution." },
  jobId: { ...ID_OR_NULL, description: "Id of the job it is an attempt of; null for a direct execution." },
  taskId: { ...ID, description: "Id of the task that ran." },
  task: { ...TASK_OR_NULL, description: "The task that ran; null once the task is gone from the database." },
  version: { ...TEXT_OR_NULL, description: "Version of the task that ran; null until it is known." },
  attempt: {
    ...ID,
    description: "Number of the attempt, from 1.",
  },
  workerId: { ...TEXT, description: "Id of the server process that ran it." },
  traceId: {
    ...TEXT_OR_NULL,
    description: "Id of the trace that it belongs to, 32 hexadecimal digits; null if it is older than traces.",
  },
  createdAt: { ...TIME, description: "When the execution was created." },
  startedAt: { ...TIME_OR_NULL, description: "When the task started; null before." },
  finishedAt: { ...TIME_OR_NULL, description: "When the execution ended; null while it runs." },
  durationMs: { ...NUMBER_OR_NULL, description: "How long the task ran, in ms; null while it runs." },
  queueWaitMs: { type: "number", description: "Time between when the job was due and its start, in ms." },
  usage: USAGE,
  cancelling: {
    ...FLAG,
    description: "Whether it is being cancelled: its run cleans up, and ends then. A kill would end it at once.",
  },
  pausing: { ...FLAG, description: "Whether it is paused as soon as its run only waits." },
  waitingFor: WAITING_FOR,
  logCount: { ...COUNT, description: "Number of stored console lines." },
  error: { ...ERROR_OR_NULL, description: "Why the execution failed; null if it did not fail." },
});

/** An execution with its input and output. */
export const EXECUTION_DETAIL = defineResource("An execution with its input and output.", {
  ...EXECUTION.properties,
  input: { description: "The value that the task received." },
  output: { description: "What the task returned; null unless the execution is completed." },
});

/** A line of a task's console. */
export const LOG_LINE = defineResource("A line of a task's console.", {
  seq: { ...COUNT, description: "Number of the line within its execution, from 0." },
  level: { type: "string", enum: LOG_LEVELS, description: "Level of the console call that wrote the line." },
  message: { ...TEXT, description: "Text of the line." },
  time: { ...TIME, description: "When the task wrote the line." },
});

/** The numbers of executions, by status. */
export const EXECUTION_COUNTS = defineResource("Numbers of executions that are kept, by status.", {
  pending: { ...COUNT, description: "Number of executions that have not started." },
  running: { ...COUNT, description: "Number of executions that are running." },
  sleeping: { ...COUNT, description: "Number of executions whose run sleeps." },
  paused: { ...COUNT, description: "Number of paused executions." },
  needs_attention: { ...COUNT, description: "Number of executions whose run can't go on by itself." },
  completed: { ...COUNT, description: "Number of completed executions that are kept." },
  failed: { ...COUNT, description: "Number of failed executions that are kept." },
  cancelled: { ...COUNT, description: "Number of cancelled executions that are kept." },
});

/** How a direct execution ended. */
export const DIRECT_RESULT = defineResource("How a direct execution ended.", {
  executionId: { ...ID, description: "Id of the execution." },
  status: { type: "string", enum: ENDED_STATUSES, description: "How the execution ended." },
  success: { ...FLAG, description: "Whether the task returned an output." },
  version: { ...TEXT_OR_NULL, description: "Version of the task that ran; null if it never started." },
  output: { description: "What the task returned; null unless it succeeded." },
  error: { ...ERROR_OR_NULL, description: "Why the execution failed; null if it did not fail." },
  durationMs: { ...NUMBER_OR_NULL, description: "How long the task ran, in ms; null if it never started." },
});

/** An execution as REST shows it. */
export function executionView(
  execution: ExecutionRecord,
  task: TaskRecord | undefined,
  waitingFor: readonly Waiting[] = [],
): View<typeof EXECUTION> {
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
    traceId: execution.traceId,
    createdAt: timeText(execution.createdAt),
    startedAt: timeTextOrNull(execution.startedAt),
    finishedAt: timeTextOrNull(execution.finishedAt),
    durationMs: execution.durationMs,
    queueWaitMs: execution.queueWaitMs,
    usage: { cpuMs, peakMemoryBytes, fetchCount, fetchBytes },
    cancelling: execution.request === "cancel",
    pausing: execution.request === "pause",
    waitingFor: waitingFor.map(waitingView),
    logCount: execution.logCount,
    error: execution.error,
  };
}

/** An execution with what went in and came out. */
export function executionDetailView(
  execution: ExecutionDetail,
  task: TaskRecord | undefined,
  waitingFor: readonly Waiting[] = [],
): View<typeof EXECUTION_DETAIL> {
  return {
    ...executionView(execution, task, waitingFor),
    input: storedValue(execution.inputJson),
    output: storedValueOrNull(execution.outputJson),
  };
}

/** A console line as REST shows it. */
export function logView({ seq, level, message, time }: StoredLog): View<typeof LOG_LINE> {
  return { seq, level, message, time: timeText(time) };
}

/** An execution for the examples of the OpenAPI document. */
export const EXECUTION_EXAMPLE = {
  id: 23,
  status: "completed",
  jobId: 17,
  taskId: 1,
  task: { id: 1, uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10", label: "addition" },
  version: "1.1.0",
  attempt: 1,
  workerId: "4711-6a1f",
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  createdAt: "2026-11-23T08:00:00.000Z",
  startedAt: "2026-11-23T08:00:00.000Z",
  finishedAt: "2026-11-23T08:00:00.012Z",
  durationMs: 0.4,
  queueWaitMs: 11,
  usage: { cpuMs: null, peakMemoryBytes: 1_572_864, fetchCount: 0, fetchBytes: 0 },
  cancelling: false,
  pausing: false,
  waitingFor: [],
  logCount: 1,
  error: null,
} satisfies View<typeof EXECUTION>;
