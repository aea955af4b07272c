import type { JobPriority } from "./job.ts";

/** What happens when a firing is due while a job of the same schedule is unfinished. */
export type OverlapPolicy = "skip" | "buffer_one" | "buffer_all" | "cancel_other" | "allow_all";

export const OVERLAP_POLICIES = ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"] as const;

/** Firings missed while the server was down are made up for when they are not older than this, ms. */
export const DEFAULT_CATCH_UP_WINDOW_MS = 60 * 60 * 1_000;

/** No more firings than these are made up for at once for one schedule: the latest ones. */
export const MAX_CATCH_UP_FIRINGS = 1_000;

/** Largest number of firings in one backfill. */
export const MAX_BACKFILL_FIRINGS = 10_000;

/** Shortest interval of an `every` schedule, ms. */
export const SHORTEST_INTERVAL_MS = 1_000;

/** Why a schedule is disabled that will not fire again: it fired once, or its end has passed. */
export const FINISHED_REASON = "finished: it will not fire again";

/** When a schedule fires. */
export type ScheduleTiming =
  /** Five fields, or six with seconds first; `timezone` is an IANA name. */
  | { kind: "cron"; cron: string; timezone: string }
  /** Every so many ms from `startAt`, or from when the schedule was made. */
  | { kind: "every"; everyMs: number }
  /** Once, ms since the epoch. */
  | { kind: "at"; at: number };

/** A schedule to be made. Times are ms since the epoch. */
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
  /** Each firing is put off by up to this, ms, always the same for the same firing. @default 0 */
  jitterMs?: number;
  startAt?: number;
  endAt?: number;
  /** A job that fails for good pauses the schedule. @default false */
  pauseOnFailure?: boolean;
  /** @default "normal" */
  priority?: JobPriority;
  /** Of its jobs. @default what the task says, else the server */
  maxRetries?: number;
  /** Of its jobs. */
  concurrencyKey?: string;
  /** Of its jobs. @default none */
  tags?: readonly string[];
  /** The interval of its timing as it was given, such as "5m"; absent when it was given in ms. */
  everyText?: string;
}

/** What can be changed of a schedule; `null` removes an optional value. */
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
  /** Why it is disabled: a note of whoever paused it, pauseOnFailure, or {@link FINISHED_REASON}. null while it is not. */
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
  /** Next firing by the plan, without jitter; null when there is none. */
  nextAt: number | null;
  /** Latest firing by the plan that was decided on. */
  lastAt: number | null;
  createdAt: number;
  updatedAt: number;
}

/** What became of one firing. */
export type FiringStatus = "enqueued" | "buffered" | "skipped" | "missed";

/** Planned firings and backfilled ones share their times, so that none is made twice; manual ones are apart. */
export type FiringKind = "planned" | "manual";

/** One firing as stored. */
export interface ScheduleFiring {
  scheduleId: number;
  kind: FiringKind;
  /** By the plan, ms since the epoch. */
  fireAt: number;
  status: FiringStatus;
  jobId: number | null;
  /** Why it was skipped or missed, or where it came from. */
  note: string | null;
  decidedAt: number;
}

/** One coming firing. */
export interface NextFiring {
  /** ms since the epoch, by the plan. */
  at: number;
  /** Wall clock time with offset in the schedule's time zone, ISO 8601. */
  local: string;
  /** Where the clocks change: what was moved, left out or doubled. */
  note?: string;
}

/** The state of a schedule as far as it decides about a firing. */
export interface OverlapState {
  /** Whether a job of the schedule is unfinished. */
  unfinished: boolean;
  /** Firings that wait for them. */
  buffered: number;
}

/** What to do with a firing that is due. */
export type OverlapDecision = "enqueue" | "buffer" | "skip" | "cancel_and_enqueue";

/** Applies an overlap policy. */
export function decideOverlap(policy: OverlapPolicy, state: OverlapState): OverlapDecision {
  if (policy === "allow_all" || (!state.unfinished && state.buffered === 0)) return "enqueue";
  switch (policy) {
    case "skip":
      return "skip";
    case "buffer_one":
      return state.buffered === 0 ? "buffer" : "skip";
    case "buffer_all":
      return "buffer";
    case "cancel_other":
      return "cancel_and_enqueue";
  }
}
