import type { ExecutionStore } from "../store/contract/executions.ts";
import type { LogFields, Logger } from "../telemetry/logger.ts";
import { sourceExcerpt } from "./source-excerpt.ts";
import type { TaskFailure } from "./task-runner.ts";

/** Where failures are logged. */
export interface FailureLog {
  logger: Logger;
  executions: Pick<ExecutionStore, "getMany">;
}

/** Logs the failure of a task with the line of its source where it failed, for its author. */
export async function logFailure(
  { task, executionId, error }: TaskFailure,
  { logger, executions }: FailureLog,
): Promise<void> {
  const stack = error.guest?.stack;
  const place = stack === undefined ? undefined : sourceExcerpt(await task.program(), stack);
  const name = error.guest === undefined ? error.code : error.guest.name;
  const text = `${task.metadata.label}: ${name}: ${error.guest?.message ?? error.message}`;
  logger.warn(place === undefined ? text : `${text}\n${place}`, {
    task: task.metadata.label,
    ...(await idsOf(executionId, executions)),
  });
}

/** What a line about an execution belongs to. */
async function idsOf(executionId: number, executions: FailureLog["executions"]): Promise<LogFields> {
  const [found] = await executions.getMany([executionId]).catch(() => []);
  if (found === undefined) return { executionId };
  const { taskId, jobId, traceId } = found;
  return { executionId, taskId, jobId: jobId ?? undefined, traceId: traceId ?? undefined };
}
