import type { AuditEntry } from "../domain/audit.ts";
import type { EventType, RatchetEvent } from "../domain/events.ts";
import { timeText } from "../lib/time-text.ts";
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

/** What a server's log gets of the audit log. */
export interface AuditLog {
  onAuditBroken: (message: string) => void;
  onAudited?: (entries: readonly AuditEntry[]) => void;
}

/**
 * Returns what writes about the audit log.
 * @param writesEntries write each entry, and not only that entries are missing
 */
export function auditLog(writesEntries: boolean, logger: Logger): AuditLog {
  const onAuditBroken = (message: string) => logger.error(message);
  if (!writesEntries) return { onAuditBroken };
  return {
    onAuditBroken,
    onAudited(entries) {
      for (const { at, ...entry } of entries) logger.info("audit", { at: timeText(at), ...entry });
    },
  };
}
