import type { EventType, RatchetEvent } from "../domain/events.ts";
import type { Logger, LogLevel } from "./logger.ts";

/** Levels of the events that operators should see. All others are for debugging. */
const LEVELS: Readonly<Partial<Record<EventType, LogLevel>>> = {
  "job.failed": "info",
  "schedule.missed": "warn",
  "schedule.paused": "info",
  "queue.paused": "info",
  "queue.resumed": "info",
};

/**
 * Writes events to the log.
 * @param verbose write all events, not only those for operators
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
