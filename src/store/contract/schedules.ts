import type { Job } from "../../domain/job.ts";
import type { NewSchedule, OverlapPolicy, Schedule, ScheduleFiring, SchedulePatch } from "../../domain/schedule.ts";
import type { Page, SortedPageRequest } from "./page.ts";

/** When a schedule fires next: its firing time, and that with jitter. Both are ms since the epoch. */
export interface NextFiringTime {
  at: number;
  dueAt: number;
}

/** What to do for a schedule that is due. */
export interface FiringPlan {
  /** Firing times to decide on, in ascending order. */
  firings: number[];
  /** Firings that are not caught up: at least `count`. */
  missed: { count: number; first: number; last: number } | null;
  next: NextFiringTime | null;
}

/** Selects schedules. */
export interface ScheduleFilter {
  taskId?: number;
  enabled?: boolean;
  /** Patterns of the labels of tasks: only what belongs to a task that matches one of them. */
  labels?: readonly string[];
}

/** What one round of firing did. */
export interface FireResult {
  /** Number of schedules that were due. If it equals the limit, there may be more. */
  schedules: number;
  enqueued: number;
}

/** What lists of schedules can be sorted by, besides creation time. */
export type ScheduleSort = "name" | "next";

/** Identifies a firing of a schedule. */
export type FiringPlace = Pick<ScheduleFiring, "fireAt" | "kind">;

/** Schedules and their firings. A firing and its job are written in one transaction. */
export interface ScheduleStore {
  /** @throws {RatchetError} CONFLICT if the name is taken */
  create(schedule: NewSchedule, plan: (id: number, createdAt: number) => NextFiringTime | null): Promise<Schedule>;
  get(id: number): Promise<Schedule | undefined>;
  getByName(name: string): Promise<Schedule | undefined>;
  list(filter: ScheduleFilter, page: SortedPageRequest<ScheduleSort>): Promise<Page<Schedule>>;
  count(filter: ScheduleFilter): Promise<number>;
  /**
   * Changes a schedule and replans it.
   * @param pausedReason why it is disabled, for a patch that disables it
   * @param plan receives the schedule as it will be
   * @throws {RatchetError} SCHEDULE_NOT_FOUND, CONFLICT if the name is taken
   */
  update(
    id: number,
    patch: SchedulePatch,
    plan: (schedule: Schedule, now: number) => NextFiringTime | null,
    pausedReason?: string | null,
  ): Promise<Schedule>;
  /** Deletes a schedule with its firings. Its jobs stay. @throws {RatchetError} SCHEDULE_NOT_FOUND */
  delete(id: number): Promise<void>;
  /** Fires up to `limit` schedules that are due. @param plan decides for one schedule; it must be synchronous */
  fireDue(limit: number, plan: (schedule: Schedule, now: number) => FiringPlan): Promise<FireResult>;
  /**
   * Replans the schedules that were created, or last fired, more than `aheadMs` in the future: the clock was wrong then
   * and has been corrected. @returns how many
   */
  replanAhead(aheadMs: number, plan: (schedule: Schedule, now: number) => NextFiringTime | null): Promise<number>;
  /** When the next schedule is due, ms since the epoch; null if none will fire. */
  nextDueAt(): Promise<number | null>;
  /**
   * Fires a schedule once now, whatever its overlap policy, and even if it is disabled.
   * @param inputJson replaces the schedule's own input
   * @throws {RatchetError} SCHEDULE_NOT_FOUND
   */
  trigger(id: number, inputJson?: string): Promise<Job>;
  /**
   * Fires for past firing times, except those that already have a job.
   * @returns what was decided for them
   * @throws {RatchetError} SCHEDULE_NOT_FOUND
   */
  backfill(id: number, times: readonly number[], overlap: OverlapPolicy): Promise<ScheduleFiring[]>;
  /**
   * Says what {@link backfill} would do now, and changes nothing.
   * @returns what would be decided; `jobId` is null
   * @throws {RatchetError} SCHEDULE_NOT_FOUND
   */
  rehearseBackfill(id: number, times: readonly number[], overlap: OverlapPolicy): Promise<ScheduleFiring[]>;
  /** Firings of a schedule, latest first. @param after the last firing that was read */
  firings(id: number, limit: number, after?: FiringPlace): Promise<ScheduleFiring[]>;
}
