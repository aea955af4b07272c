import type { Execution } from "../../../dist/generated/api-types.ts";
import type { TimelineRow } from "./timeline-row.ts";

/** Returns the timeline of an execution as far as the execution itself tells it: how long it waited and ran. */
export function executionRows({
  queueWaitMs,
  createdAt,
  durationMs,
  finishedAt,
  jobId,
  error,
}: Execution): TimelineRow[] {
  const startMs = Date.parse(createdAt);
  const waited: TimelineRow = {
    id: "wait",
    name: "wait",
    detail: "",
    startMs: startMs - queueWaitMs,
    durationMs: queueWaitMs,
    tone: "waiting",
    error: null,
    depth: 0,
  };
  const ran: TimelineRow = {
    id: "run",
    name: "run",
    detail: "",
    startMs,
    durationMs: durationMs ?? (finishedAt === null ? null : Date.parse(finishedAt) - startMs),
    tone: "busy",
    error: error?.message ?? null,
    depth: 0,
  };
  return jobId === null ? [ran] : [waited, ran];
}
