import type { AttemptReport } from "../contract/jobs.ts";
import type { Tx } from "./group-commit.ts";
import { insertLogs } from "./log-rows.ts";

/** Stores progress and console lines of a running attempt. The lines of a cancelled one are kept too. */
export function storeReport(tx: Tx, report: AttemptReport): void {
  const { job, claim, executionId } = report.claimed;
  const held = tx.sql.get(
    "SELECT 1 AS found FROM jobs WHERE id = ? AND status = 'processing' AND claims = ?",
    job.id,
    claim,
  );
  const cancelled =
    held === undefined &&
    tx.sql.get("SELECT 1 AS found FROM executions WHERE id = ? AND status = 'cancelled'", executionId) !== undefined;
  if (held === undefined && !cancelled) return;
  if (report.logs !== undefined && report.logs.length > 0) {
    const first = report.firstLog ?? 0;
    insertLogs(tx, { executionId, taskId: job.taskId, first }, report.logs);
    tx.sql.run("UPDATE executions SET log_count = ? WHERE id = ?", first + report.logs.length, executionId);
  }
  if (report.progress === undefined || cancelled) return;
  tx.sql.run("UPDATE jobs SET progress = ? WHERE id = ?", JSON.stringify(report.progress), job.id);
  tx.emit({
    type: "job.progress",
    time: tx.now,
    taskId: job.taskId,
    jobId: job.id,
    executionId,
    scheduleId: job.scheduleId,
    scheduledAt: job.scheduledAt,
    data: report.progress,
  });
}
