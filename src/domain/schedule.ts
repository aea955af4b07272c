import type { JobPriority } from "./job.ts";

/** What to do if a firing is due while a job of the same schedule is unfinished. */
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

export const OVERLAP_POLICIES = ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"] as const;

/** Firings that were missed while the server was down are caught up if they are not older than this, in ms. */
export const DEFAULT_CATCH_UP_WINDOW_MS = 60 * 60 * 1_000;

/** Maximum number of firings that one schedule catches up at once. The latest firings are chosen. */
export const MAX_CATCH_UP_FIRINGS = 1_000;

/** Maximum number of firings in one backfill. */
export const MAX_BACKFILL_FIRINGS = 10_000;

/** Minimum interval of an `every` schedule, in ms. */
export const SHORTEST_INTERVAL_MS = 1_000;

/** The reason of schedules that are disabled because they fired once, or because their end has passed. */
export const FINISHED_REASON = "finished: it will not fire again";

/** When a schedule fires. */
export type ScheduleTiming =
  /** Five fields, or six with seconds first; `timezone` is an IANA name. */
  | { kind: "cron"; cron: string; timezone: string }
  /** Every `everyMs` ms from `startAt`, or from the creation of the schedule. */
  | { kind: "every"; everyMs: number }
  /** Once, in ms since the epoch. */
  | { kind: "at"; at: number };

/** A schedule to be created. Times are ms since the epoch. */
export interface NewSchedule {
  /** Unique. */
  name: string;
  taskId: number;
  version?: string;
  inputJson: string;
  timing: ScheduleTiming;
  /** @default true */
  enabled?: boolean;
  /** @default "skip" */
  overlap?: OverlapPolicy;
  /** @default one hour */
  catchUpWindowMs?: number;
  /** Maximum delay of a firing, in ms. The same firing always gets the same delay. @default 0 */
  jitterMs?: number;
  startAt?: number;
  endAt?: number;
  /** Pause the schedule if a job fails after all retries. @default false */
  pauseOnFailure?: boolean;
  /** @default "normal" */
  priority?: JobPriority;
  /** For its jobs. @default the value of the task, or else of the server */
  maxRetries?: number;
  /** For its jobs. */
  concurrencyKey?: string;
  /** For its jobs. @default none */
  tags?: readonly string[];
  /** The interval as it was given, such as "5m"; missing if it was given in ms. */
  everyText?: string;
}

/** Changes to a schedule. `null` removes an optional value. */
export type SchedulePatch = Partial<
  Omit<NewSchedule, "version" | "startAt" | "endAt" | "maxRetries" | "concurrencyKey" | "everyText"> & {
    version: string | null;
    startAt: number | null;
    endAt: number | null;
    maxRetries: number | null;
    concurrencyKey: string | null;
    everyText: string | null;
  }
>;

/** A schedule as stored. */
export interface Schedule {
  id: number;
  name: string;
  taskId: number;
  version: string | null;
  inputJson: string;
  timing: ScheduleTiming;
  enabled: boolean;
  /** Why it is disabled: a note from the user, pauseOnFailure, or {@link FINISHED_REASON}. null while it is enabled. */
  pausedReason: string | null;
  overlap: OverlapPolicy;
  catchUpWindowMs: number;
  jitterMs: number;
  startAt: number | null;
  endAt: number | null;
  pauseOnFailure: boolean;
  priority: JobPriority;
  maxRetries: number | null;
  concurrencyKey: string | null;
  tags: readonly string[];
  everyText: string | null;
  /** Next firing time without jitter; null if it will not fire again. */
  nextAt: number | null;
  /** Latest firing time for which a decision was made. */
  lastAt: number | null;
  createdAt: number;
  updatedAt: number;
}

/** What was decided for a firing. */
export type FiringStatus = (typeof FIRING_STATUSES)[number];

export const FIRING_STATUSES = ["enqueued", "buffered", "skipped", "missed"] as const;

/** Planned and backfilled firings share their times, so that no job is created twice. Manual firings are separate. */
export type FiringKind = (typeof FIRING_KINDS)[number];

export const FIRING_KINDS = ["planned", "manual"] as const;

/** A firing as stored. */
export interface ScheduleFiring {
  scheduleId: number;
  kind: FiringKind;
  /** Firing time, in ms since the epoch. */
  fireAt: number;
  status: FiringStatus;
  jobId: number | null;
  /** Why it was skipped or missed, or what caused it. */
  note: string | null;
  decidedAt: number;
}

/** A future firing. */
export interface NextFiring {
  /** Firing time, in ms since the epoch. */
  at: number;
  /** Wall clock time with offset in the schedule's time zone, ISO 8601. */
  local: string;
  /** Explains firings that a clock change moves, skips or doubles. */
  note?: string;
}
