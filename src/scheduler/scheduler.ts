import { RatchetError } from "../domain/errors.ts";
import type { Job } from "../domain/job.ts";
import { noSchedule } from "../domain/not-found.ts";
import {
  MAX_BACKFILL_FIRINGS,
  type NewSchedule,
  type NextFiring,
  type OverlapPolicy,
  type Schedule,
  type ScheduleFiring,
  type SchedulePatch,
} from "../domain/schedule.ts";
import type { Clock } from "../lib/clock.ts";
import type { Service } from "../lib/service.ts";
import type { NextFiringTime } from "../store/contract/schedules.ts";
import type { Store } from "../store/contract/store.ts";
import { readCron } from "./cron-expression.ts";
import { createCronTimes } from "./cron-times.ts";
import { createFiringLoop } from "./firing-loop.ts";
import { nextFirings } from "./next-firings.ts";
import { checkSchedule } from "./schedule-requests.ts";
import { checkTimeZone } from "./time-zone.ts";
import { nextFiring, nextTime, planFirings } from "./timing.ts";

/** Dependencies of a scheduler. */
export interface SchedulerOptions {
  store: Pick<Store, "schedules" | "events">;
  clock: Clock;
  /** Logs an error that no caller is waiting for. */
  onError: (error: unknown) => void;
}

/** A past range to backfill. */
export interface BackfillRequest {
  /** ms since the epoch, inclusive. */
  from: number;
  /** ms since the epoch, inclusive; not after now. */
  to: number;
  /** @default the schedule's own if it is allow_all, else buffer_all: one after the other */
  overlap?: OverlapPolicy;
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
   * @throws {RatchetError} SCHEDULE_NOT_FOUND, USAGE for an impossible range
   */
  backfill(id: number, request: BackfillRequest): Promise<ScheduleFiring[]>;
}

/** Pause before a schedule that can't be planned is retried, ms. */
const UNPLANNED_PAUSE_MS = 60_000;

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
  const { clock } = options;
  const { schedules } = options.store;
  const times = createCronTimes();
  const loop = createFiringLoop({
    store: options.store,
    clock,
    onError: options.onError,
    plan(schedule, now, upSince) {
      try {
        return planFirings(schedule, times, now, upSince);
      } catch (cause) {
        return { firings: [], missed: null, next: later(schedule, now, cause) };
      }
    },
    replan(schedule, now) {
      try {
        return nextFiring(schedule, times, now);
      } catch (cause) {
        return later(schedule, now, cause);
      }
    },
  });

  /**
   * Postpones a schedule that has become invalid, such as one in a removed time zone, so that the others still fire.
   */
  function later({ name, nextAt }: Schedule, now: number, cause: unknown): NextFiringTime | null {
    options.onError(new Error(`schedule "${name}" can't be planned; it will be retried`, { cause }));
    return nextAt === null ? null : { at: nextAt, dueAt: now + UNPLANNED_PAUSE_MS };
  }

  async function find(id: number): Promise<Schedule> {
    const schedule = await schedules.get(id);
    if (schedule !== undefined) return schedule;
    throw noSchedule(id);
  }

  /** Finds a schedule and checks it again, because the system's time zones may have changed since it was stored. */
  async function findPlannable(id: number): Promise<Schedule> {
    const schedule = await find(id);
    if (schedule.timing.kind === "cron") {
      readCron(schedule.timing.cron);
      checkTimeZone(schedule.timing.timezone);
    }
    return schedule;
  }

  /** Plans the next firing. It is never before the last decided one, even if the clock was set back. */
  function replan(schedule: Schedule, now: number): NextFiringTime | null {
    return nextFiring(schedule, times, Math.max(now, schedule.lastAt ?? 0));
  }

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
      const old = await find(id);
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const changed: Schedule = { ...old, ...given };
      // A one-shot that has fired can still be renamed, even by a request that repeats its time.
      const planOf = ({ timing, startAt, endAt }: Schedule) => [timing, startAt, endAt];
      const planChanges = !Bun.deepEquals(planOf(old), planOf(changed));
      const timing = planChanges ? checkSchedule(changed, times, clock.now()) : undefined;
      if (!planChanges)
        checkSchedule({ ...changed, timing: ANY_TIMING, startAt: null, endAt: null }, times, clock.now());
      return schedules.update(id, { ...patch, ...(timing === undefined ? {} : { timing }) }, replan);
    },
    delete: (id) => schedules.delete(id),
    trigger: (id, inputJson) => schedules.trigger(id, inputJson),
    pause: (id, reason) => schedules.update(id, { enabled: false }, replan, reason),
    async resume(id) {
      await findPlannable(id);
      return schedules.update(id, { enabled: true }, replan);
    },
    async next(id, count) {
      const schedule = await findPlannable(id);
      return nextFirings(schedule, times, Math.max(clock.now(), schedule.lastAt ?? 0), count);
    },
    preview(schedule, count) {
      const now = clock.now();
      const timing = checkSchedule({ ...schedule, name: "preview" }, times, now);
      const { startAt = null, endAt = null } = schedule;
      return nextFirings({ id: 0, timing, startAt, endAt, jitterMs: 0, createdAt: now }, times, now, count);
    },
    async backfill(id, { from, to, overlap }) {
      const schedule = await findPlannable(id);
      checkRange(from, to, clock.now());
      const firings = timesIn(schedule, from, to);
      return schedules.backfill(
        id,
        firings,
        overlap ?? (schedule.overlap === "allow_all" ? "allow_all" : "buffer_all"),
      );
    },
  };

  function timesIn(schedule: Schedule, from: number, to: number): number[] {
    const found: number[] = [];
    for (let at = nextTime(schedule, times, from - 1); at !== null && at <= to; at = nextTime(schedule, times, at)) {
      found.push(at);
      if (found.length > MAX_BACKFILL_FIRINGS) {
        throw new RatchetError("USAGE", `The range has more than ${MAX_BACKFILL_FIRINGS} firings.`, {
          data: { limit: MAX_BACKFILL_FIRINGS },
          remedy: "Split the range and backfill each part.",
        });
      }
    }
    return found;
  }
}

/** @throws {RatchetError} USAGE */
function checkRange(from: number, to: number, now: number): void {
  const range = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  const options = { data: { from, to }, remedy: "Use a past range, from its first to its last moment." };
  if (from > to) throw new RatchetError("USAGE", `The range ${range} ends before it begins.`, options);
  if (to > now) throw new RatchetError("USAGE", `The range ${range} has not passed yet.`, options);
}

/** A placeholder for checks that ignore the plan. */
const ANY_TIMING = { kind: "every", everyMs: 60_000 } as const;
