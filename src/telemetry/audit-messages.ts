import type { AuditEntry } from "../domain/audit.ts";
import { timeText } from "../lib/time-text.ts";
import type { Logger } from "./logger.ts";

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
