import type { EventType, RatchetEvent } from "../domain/events.ts";
import type { Logger, LogLevel } from "./logger.ts";

/** What an operator should hear of by itself; everything else is for debugging. */
const LEVELS: Readonly<Partial<Record<EventType, LogLevel>>> = {
  "job.failed": "info",
  "schedule.missed": "warn",
  "schedule.paused": "info",
  "queue.paused": "info",
  "queue.resumed": "info",
};

/**
 * Says in the log what happened.
 * @param verbose every event, not only what an operator should hear of
 */
export function logEvents(events: readonly RatchetEvent[], logger: Logger, verbose: boolean): void {
  for (const { type, taskId, jobId, executionId, scheduleId, data } of events) {
    const level = LEVELS[type] ?? (verbose ? "debug" : undefined);
    if (level === undefined) continue;
    logger[level](type, {
      jobId: jobId ?? undefined,
      executionId: executionId ?? undefined,
      taskId: taskId ?? undefined,
      scheduleId: scheduleId ?? undefined,
      data: data ?? undefined,
    });
  }
}
