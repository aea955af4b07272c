import {
  DIRECT_RESULT,
  EXECUTION,
  EXECUTION_COUNT_MEMBERS,
  GUEST_ERROR,
  LOG_LINE,
  TASK_ERROR,
  USAGE,
} from "../descriptions/execution.ts";
import {
  COUNT,
  COUNT_OR_NULL,
  described,
  FACTS,
  FLAG,
  ID,
  ID_OR_NULL,
  list,
  NUMBER_OR_NULL,
  nullable,
  partial,
  ref,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  whole,
} from "../resources/parts.ts";

const STATUSES = { type: "string", enum: ["pending", "running", "completed", "failed", "cancelled"] } as const;

/** The numbers of executions, by status. */
export function executionCounts(): Record<string, object> {
  const { total, ...sentences } = EXECUTION_COUNT_MEMBERS;
  return described({ pending: COUNT, running: COUNT, completed: COUNT, failed: COUNT, cancelled: COUNT }, sentences);
}

/** Schemas about executions and their errors, by name. */
export function executionResources(): Record<string, object> {
  const { input, output, ...sentences } = EXECUTION;
  const usage = { cpuMs: NUMBER_OR_NULL, peakMemoryBytes: COUNT_OR_NULL, fetchCount: COUNT_OR_NULL };
  const execution = described(
    {
      id: ID,
      status: STATUSES,
      jobId: ID_OR_NULL,
      taskId: ID,
      task: nullable(ref("TaskName")),
      version: TEXT_OR_NULL,
      attempt: ID,
      workerId: TEXT,
      createdAt: TIME,
      startedAt: TIME_OR_NULL,
      finishedAt: TIME_OR_NULL,
      durationMs: NUMBER_OR_NULL,
      queueWaitMs: { type: "number" },
      usage: whole(described({ ...usage, fetchBytes: COUNT_OR_NULL }, USAGE)),
      logCount: COUNT,
      error: nullable(ref("TaskError")),
    },
    sentences,
  );
  const level = { type: "string", enum: ["debug", "info", "warn", "error"] };
  return {
    ...errorResources(),
    Execution: whole(execution, "One attempt of a job, or a direct execution."),
    ExecutionDetail: whole(
      { ...execution, input: { description: input }, output: { description: output } },
      "An execution with its input and output.",
    ),
    LogLine: whole(
      described({ seq: COUNT, level, message: TEXT, time: TIME }, LOG_LINE),
      "A line of a task's console.",
    ),
    DirectResult: whole(
      described(
        {
          executionId: ID,
          status: { type: "string", enum: ["completed", "failed", "cancelled"] },
          success: FLAG,
          version: TEXT_OR_NULL,
          output: {},
          error: nullable(ref("TaskError")),
          durationMs: NUMBER_OR_NULL,
        },
        DIRECT_RESULT,
      ),
      "How a direct execution ended.",
    ),
  };
}

function errorResources(): Record<string, object> {
  const guest = {
    name: TEXT,
    message: TEXT,
    classes: list(TEXT),
    code: TEXT,
    stack: TEXT,
    status: { type: "integer" },
    retryAfterMs: { type: "number", minimum: 0 },
    cause: ref("GuestError"),
    errors: list(ref("GuestError")),
  };
  const error = {
    code: TEXT,
    message: TEXT,
    remedy: TEXT,
    data: FACTS,
    type: TEXT,
    status: { type: "integer" },
    guest: ref("GuestError"),
  };
  return {
    GuestError: partial(described(guest, GUEST_ERROR), ["name", "message"], "An error as a task threw it."),
    TaskError: partial(described(error, TASK_ERROR), ["code", "message"], "Why an execution failed."),
  };
}
