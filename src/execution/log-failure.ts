import type { Logger } from "../telemetry/logger.ts";
import { sourceExcerpt } from "./source-excerpt.ts";
import type { TaskFailure } from "./task-runner.ts";

/** Logs the failure of a task with the line of its source where it failed, for its author. */
export async function logFailure({ task, executionId, error }: TaskFailure, logger: Logger): Promise<void> {
  const stack = error.guest?.stack;
  const place = stack === undefined ? undefined : sourceExcerpt(await task.program(), stack);
  const name = error.guest === undefined ? error.code : error.guest.name;
  const text = `${task.metadata.label}: ${name}: ${error.guest?.message ?? error.message}`;
  logger.warn(place === undefined ? text : `${text}\n${place}`, { executionId });
}
