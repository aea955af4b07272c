import type {
  FiringKind,
  FiringStatus,
  OverlapPolicy,
  Schedule,
  ScheduleFiring,
  ScheduleTiming,
} from "../../domain/schedule.ts";
import { parseTags, priorityName } from "./job-rows.ts";

/** A row of `schedules`. */
export interface ScheduleRow {
  id: number;
  name: string;
  task_id: number;
  version: string | null;
  kind: "cron" | "every" | "at";
  cron: string | null;
  timezone: string | null;
  every_ms: number | null;
  at: number | null;
  enabled: number;
  paused_reason: string | null;
  overlap: OverlapPolicy;
  catch_up_ms: number;
  jitter_ms: number;
  start_at: number | null;
  end_at: number | null;
  pause_on_failure: number;
  priority: number;
  max_retries: number | null;
  concurrency_key: string | null;
  tags: string | null;
  every_text: string | null;
  next_at: number | null;
  due_at: number | null;
  last_at: number | null;
  created_at: number;
  updated_at: number;
  input: string;
}

function timingFromRow(row: ScheduleRow): ScheduleTiming {
  // The CHECKs of the table ensure that the columns fit the kind.
  switch (row.kind) {
    case "cron":
      return { kind: "cron", cron: row.cron ?? "", timezone: row.timezone ?? "UTC" };
    case "every":
      return { kind: "every", everyMs: row.every_ms ?? 0 };
    case "at":
      return { kind: "at", at: row.at ?? 0 };
  }
}

export function scheduleFromRow(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    name: row.name,
    taskId: row.task_id,
    version: row.version,
    inputJson: row.input,
    timing: timingFromRow(row),
    enabled: row.enabled === 1,
    pausedReason: row.paused_reason,
    overlap: row.overlap,
    catchUpWindowMs: row.catch_up_ms,
    jitterMs: row.jitter_ms,
    startAt: row.start_at,
    endAt: row.end_at,
    pauseOnFailure: row.pause_on_failure === 1,
    priority: priorityName(row.priority),
    maxRetries: row.max_retries,
    concurrencyKey: row.concurrency_key,
    tags: parseTags(row.tags),
    everyText: row.every_text,
    nextAt: row.next_at,
    lastAt: row.last_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A row of `schedule_firings`. */
export interface FiringRow {
  schedule_id: number;
  kind: FiringKind;
  fire_at: number;
  status: FiringStatus;
  job_id: number | null;
  note: string | null;
  decided_at: number;
}

export function firingFromRow(row: FiringRow): ScheduleFiring {
  return {
    scheduleId: row.schedule_id,
    kind: row.kind,
    fireAt: row.fire_at,
    status: row.status,
    jobId: row.job_id,
    note: row.note,
    decidedAt: row.decided_at,
  };
}
