import type { Job } from "../domain/job.ts";
import { noSchedule } from "../domain/not-found.ts";
import type {
  NewSchedule,
  NextFiring,
  OverlapPolicy,
  Schedule,
  ScheduleFiring,
  SchedulePatch,
  ScheduleTiming,
} from "../domain/schedule.ts";
import type { Clock } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import type { Service } from "../lib/service.ts";
import type { NextFiringTime, ScheduleStore } from "../store/contract/schedules.ts";
import type { Store } from "../store/contract/store.ts";
import { backfillTimes, type PastRange } from "./backfill-times.ts";
import { readCron } from "./cron-expression.ts";
import { type CronTimes, createCronTimes } from "./cron-times.ts";
import { createFiringLoop } from "./firing-loop.ts";
import { createFiringPlanner } from "./firing-planner.ts";
import { nextFirings } from "./next-firings.ts";
import { checkSchedule } from "./schedule-requests.ts";
import { checkTimeZone } from "./time-zone.ts";
import { nextFiring } from "./timing.ts";

/** Dependencies of a scheduler. */
export interface SchedulerOptions {
  store: Pick<Store, "schedules" | "events">;
  clock: Clock;
  /** Logs an error that no caller is waiting for. */
  onError: (error: unknown) => void;
}

/** A past range to backfill. */
export interface BackfillRequest extends PastRange {
  /** @default the schedule's own if it is allow_all, else buffer_all: one after the other */
  overlap?: OverlapPolicy;
  /** Only say what would be decided. @default false */
  dryRun?: boolean;
}

/** Creates jobs when schedules are due. The caller has checked tasks and inputs. */
export interface Scheduler extends Service {
  /** @throws {RatchetError} SCHEDULE_INVALID, CONFLICT */
  create(schedule: NewSchedule): Promise<Schedule>;
  /**
   * Changes a schedule. A changed plan starts now: there is no catch-up for the time before.
   * @throws {RatchetError} SCHEDULE_NOT_FOUND, SCHEDULE_INVALID, CONFLICT
   */
  update(id: number, patch: SchedulePatch): Promise<Schedule>;
  /** @throws {RatchetError} SCHEDULE_NOT_FOUND */
  delete(id: number): Promise<void>;
  /**
   * Fires once now.
   * @param inputJson replaces the schedule's own input; has been checked
   * @throws {RatchetError} SCHEDULE_NOT_FOUND
   */
  trigger(id: number, inputJson?: string): Promise<Job>;
  /** @param reason shown with the schedule @throws {RatchetError} SCHEDULE_NOT_FOUND */
  pause(id: number, reason: string | null): Promise<Schedule>;
  /** Enables a schedule. There is no catch-up for the pause. @throws {RatchetError} SCHEDULE_NOT_FOUND */
  resume(id: number): Promise<Schedule>;
  /** Returns the next firings, as if the schedule were enabled. @throws {RatchetError} SCHEDULE_NOT_FOUND */
  next(id: number, count: number): Promise<NextFiring[]>;
  /** Returns the next firings of a schedule that is not stored. @throws {RatchetError} SCHEDULE_INVALID */
  preview(schedule: Pick<NewSchedule, "timing" | "startAt" | "endAt">, count: number): NextFiring[];
  /**
   * Fires for the planned times in a past range. A time that has created a job creates no second one.
   * @returns what was decided for each, or would be in a dry run
   * @throws {RatchetError} SCHEDULE_NOT_FOUND, USAGE for an impossible range
   */
  backfill(id: number, request: BackfillRequest): Promise<ScheduleFiring[]>;
}

/** The parts that the functions of a scheduler share. */
interface SchedulerParts {
  schedules: ScheduleStore;
  times: CronTimes;
  clock: Clock;
}

/**
 * Creates the scheduler. Nothing fires before it is started.
 * @example
 * ```ts
 * import { systemClock } from "../lib/clock.ts";
 * import { openStore } from "../store/sqlite/open.ts";
 *
 * const store = openStore({ url: "sqlite::memory:", clock: systemClock, onListenerError: console.error });
 * const scheduler = createScheduler({ store, clock: systemClock, onError: console.error });
 * const startAt = Date.parse("2030-01-01T00:00:00Z");
 * const timing = { kind: "cron", cron: "0 9 * * FRI", timezone: "UTC" } as const;
 * scheduler.preview({ timing, startAt }, 1); // => [{ at: Date.UTC(2030, 0, 4, 9), local: "2030-01-04T09:00:00+00:00" }]
 * await store.close();
 * ```
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, clock, onError } = options;
  const { schedules } = store;
  const times = createCronTimes();
  const parts: SchedulerParts = { schedules, times, clock };
  const loop = createFiringLoop({ store, clock, onError, ...createFiringPlanner(times, onError) });
  const replan = (schedule: Schedule, now: number) => nextFrom(schedule, times, now);
  return {
    name: "scheduler",
    start: loop.start,
    stop: loop.stop,
    async create(schedule) {
      const timing = checkSchedule(schedule, times, clock.now());
      const { startAt = null, endAt = null, jitterMs = 0 } = schedule;
      return schedules.create({ ...schedule, timing }, (id, createdAt) =>
        nextFiring({ id, timing, startAt, endAt, jitterMs, createdAt }, times, createdAt),
      );
    },
    async update(id, patch) {
      const timing = checkPatch(await findSchedule(schedules, id), patch, parts);
      return schedules.update(id, { ...patch, ...defined({ timing }) }, replan);
    },
    delete: (id) => schedules.delete(id),
    trigger: (id, inputJson) => schedules.trigger(id, inputJson),
    pause: (id, reason) => schedules.update(id, { enabled: false }, replan, reason),
    async resume(id) {
      await findPlannable(schedules, id);
      return schedules.update(id, { enabled: true }, replan);
    },
    async next(id, count) {
      const schedule = await findPlannable(schedules, id);
      return nextFirings(schedule, times, Math.max(clock.now(), schedule.lastAt ?? 0), count);
    },
    preview: (schedule, count) => preview(schedule, count, parts),
    async backfill(id, { from, to, overlap, dryRun = false }) {
      const schedule = await findPlannable(schedules, id);
      const firings = backfillTimes(schedule, times, { from, to }, clock.now());
      const ownOverlap = schedule.overlap === "allow_all" ? "allow_all" : "buffer_all";
      return schedules[dryRun ? "rehearseBackfill" : "backfill"](id, firings, overlap ?? ownOverlap);
    },
  };
}

async function findSchedule(schedules: ScheduleStore, id: number): Promise<Schedule> {
  const schedule = await schedules.get(id);
  if (schedule !== undefined) return schedule;
  throw noSchedule(id);
}

/** Finds a schedule and checks it again, because the system's time zones may have changed since it was stored. */
async function findPlannable(schedules: ScheduleStore, id: number): Promise<Schedule> {
  const schedule = await findSchedule(schedules, id);
  if (schedule.timing.kind === "cron") {
    readCron(schedule.timing.cron);
    checkTimeZone(schedule.timing.timezone);
  }
  return schedule;
}

/** Plans the next firing. It is never before the last decided one, even if the clock was set back. */
function nextFrom(schedule: Schedule, times: CronTimes, now: number): NextFiringTime | null {
  return nextFiring(schedule, times, Math.max(now, schedule.lastAt ?? 0));
}

/**
 * Checks a schedule as it will be after a change.
 * @returns its new timing; undefined if its plan does not change
 */
function checkPatch(old: Schedule, patch: SchedulePatch, { times, clock }: SchedulerParts): ScheduleTiming | undefined {
  const changed: Schedule = { ...old, ...defined(patch) };
  const planOf = ({ timing, startAt, endAt }: Schedule) => [timing, startAt, endAt];
  if (!Bun.deepEquals(planOf(old), planOf(changed))) return checkSchedule(changed, times, clock.now());
  // A one-shot that has fired can still be renamed, even by a request that repeats its time.
  checkSchedule({ ...changed, timing: ANY_TIMING, startAt: null, endAt: null }, times, clock.now());
  return undefined;
}

function preview(
  schedule: Pick<NewSchedule, "timing" | "startAt" | "endAt">,
  count: number,
  { times, clock }: SchedulerParts,
): NextFiring[] {
  const now = clock.now();
  const timing = checkSchedule({ ...schedule, name: "preview" }, times, now);
  const { startAt = null, endAt = null } = schedule;
  return nextFirings({ id: 0, timing, startAt, endAt, jitterMs: 0, createdAt: now }, times, now, count);
}

/** A placeholder for checks that ignore the plan. */
const ANY_TIMING = { kind: "every", everyMs: 60_000 } as const;
