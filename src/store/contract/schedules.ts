import type { Job } from "../../domain/job.ts";
import type { NewSchedule, OverlapPolicy, Schedule, ScheduleFiring, SchedulePatch } from "../../domain/schedule.ts";
import type { Page, SortedPageRequest } from "./page.ts";

/** When a schedule fires next: by the plan, and with its jitter. */
export interface NextFiringTime {
  at: number;
  dueAt: number;
}

/** What is to be done for a schedule that is due. */
export interface FiringPlan {
  /** Times to fire for, by the plan, rising. */
  firings: number[];
  /** Firings that are not made up for: at least `count`. */
  missed: { count: number; first: number; last: number } | null;
  next: NextFiringTime | null;
}

/** Which schedules. */
export interface ScheduleFilter {
  taskId?: number;
  enabled?: boolean;
}

/** What one round of firing did. */
export interface FireResult {
  /** Schedules looked at: as many as the limit means there may be more. */
  schedules: number;
  enqueued: number;
}

/** What lists of schedules can be sorted by, beside the time they were made. */
export type ScheduleSort = "name" | "next";

/** A firing among those of its schedule. */
export type FiringPlace = Pick<ScheduleFiring, "fireAt" | "kind">;

/** Schedules and their firings. A firing and its job are written in one transaction. */
export interface ScheduleStore {
  /** @throws {RatchetError} CONFLICT when the name is taken */
  create(schedule: NewSchedule, plan: (id: number, createdAt: number) => NextFiringTime | null): Promise<Schedule>;
  get(id: number): Promise<Schedule | undefined>;
  getByName(name: string): Promise<Schedule | undefined>;
  list(filter: ScheduleFilter, page: SortedPageRequest<ScheduleSort>): Promise<Page<Schedule>>;
  count(filter: ScheduleFilter): Promise<number>;
  /**
   * Changes a schedule and replans it.
   * @param pausedReason why it is disabled, for a patch that disables it
   * @param plan gets the schedule as it will be
   * @throws {RatchetError} SCHEDULE_NOT_FOUND, CONFLICT when the name is taken
   */
  update(
    id: number,
    patch: SchedulePatch,
    plan: (schedule: Schedule, now: number) => NextFiringTime | null,
    pausedReason?: string | null,
  ): Promise<Schedule>;
  /** Its jobs stay. @throws {RatchetError} SCHEDULE_NOT_FOUND */
  delete(id: number): Promise<void>;
  /** Fires what is due, up to `limit` schedules. @param plan decides for one schedule; must not wait */
  fireDue(limit: number, plan: (schedule: Schedule, now: number) => FiringPlan): Promise<FireResult>;
  /**
   * Replans the schedules that were created, or last decided on, more than `aheadMs` after now: the clock was wrong then
   * and has been set back. @returns how many
   */
  replanAhead(aheadMs: number, plan: (schedule: Schedule, now: number) => NextFiringTime | null): Promise<number>;
  /** When the next schedule is due, ms since the epoch. */
  nextDueAt(): Promise<number | null>;
  /**
   * Fires once now, whatever the overlap policy, also when it is disabled.
   * @param inputJson in place of the schedule's own input
   * @throws {RatchetError} SCHEDULE_NOT_FOUND
   */
  trigger(id: number, inputJson?: string): Promise<Job>;
  /**
   * Fires for times of the plan that have passed; those that already made a job are passed over.
   * @throws {RatchetError} SCHEDULE_NOT_FOUND
   */
  backfill(id: number, times: readonly number[], overlap: OverlapPolicy): Promise<ScheduleFiring[]>;
  /** Latest first. @param after the last one seen */
  firings(id: number, limit: number, after?: FiringPlace): Promise<ScheduleFiring[]>;
}
