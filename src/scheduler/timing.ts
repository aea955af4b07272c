import { MAX_CATCH_UP_FIRINGS, type Schedule, type ScheduleTiming } from "../domain/schedule.ts";
import { LATEST_TIME_MS } from "../lib/clock.ts";
import type { FiringPlan, NextFiringTime } from "../store/contract/schedules.ts";
import type { CronTimes } from "./cron-times.ts";

/** The members of a schedule that decide when it fires. */
export interface Planned {
  id: number;
  timing: ScheduleTiming;
  startAt: number | null;
  endAt: number | null;
  jitterMs: number;
  createdAt: number;
}

/** Returns the first planned firing after `after`, within the schedule's start and end; null if it will not fire again. */
export function nextTime(schedule: Planned, times: CronTimes, after: number): number | null {
  const { timing, startAt, endAt } = schedule;
  // A firing exactly at the start belongs to the schedule.
  const from = startAt === null ? after : Math.max(after, startAt - 1);
  const next = nextOf(timing, startAt ?? schedule.createdAt, times, from);
  return next === null || next > (endAt ?? LATEST_TIME_MS) ? null : next;
}

function nextOf(timing: ScheduleTiming, anchor: number, times: CronTimes, after: number): number | null {
  switch (timing.kind) {
    case "at":
      return timing.at > after ? timing.at : null;
    case "cron":
      return times.next(timing.cron, timing.timezone, after);
    case "every":
      // Also valid before the anchor: a backfill may reach further back, and a wrong clock may have set the anchor.
      return anchor + (Math.floor((after - anchor) / timing.everyMs) + 1) * timing.everyMs;
  }
}

/** Returns the next firing and when it is due. */
export function nextFiring(schedule: Planned, times: CronTimes, after: number): NextFiringTime | null {
  const at = nextTime(schedule, times, after);
  return at === null ? null : { at, dueAt: at + jitterOf(schedule, at) };
}

/**
 * Returns how long a firing is delayed, ms. It is derived from schedule and time, so that a restart does not change it.
 */
export function jitterOf(schedule: Pick<Planned, "id" | "jitterMs">, at: number): number {
  if (schedule.jitterMs <= 0) return 0;
  const drawn = Number(Bun.hash.wyhash(`${schedule.id} ${at}`) % 1_000_003n) / 1_000_003;
  return Math.floor(drawn * (schedule.jitterMs + 1));
}

/**
 * Plans a schedule whose next firing is due: this firing and all later ones that are due as well, without those that
 * are older than the catch-up window, and only the latest MAX_CATCH_UP_FIRINGS of the rest.
 * @param upSince since when the server has been up, ms since the epoch: firings due later are late, however small the
 *   window is. Only the time before counts as downtime. @default now
 */
export function planFirings(schedule: Schedule, times: CronTimes, now: number, upSince = now): FiringPlan {
  if (schedule.nextAt === null) return { firings: [], missed: null, next: null };
  const oldest = Math.min(now - schedule.catchUpWindowMs, upSince);
  const walk: Walk = { firings: [], missed: null, next: withJitter(schedule, schedule.nextAt) };
  const route: Route = { schedule, times, oldest, now };
  forward(walk, route, MAX_CATCH_UP_FIRINGS);
  if (walk.next !== null && walk.next.dueAt <= now) {
    const from = Math.max(oldest - schedule.jitterMs - 1, latestStart(schedule, times, now));
    if (from > walk.next.at) {
      // Many firings remain: those so far are missed, and the walk continues near the end.
      for (const at of walk.firings.splice(0)) miss(walk, at);
      walk.next = nextFiring(schedule, times, from);
    }
    forward(walk, route, Number.POSITIVE_INFINITY);
  }
  while (walk.firings.length > MAX_CATCH_UP_FIRINGS) miss(walk, walk.firings.shift() ?? 0);
  return walk;
}

interface Walk extends FiringPlan {
  missed: { count: number; first: number; last: number } | null;
}

function withJitter(schedule: Planned, at: number): NextFiringTime {
  return { at, dueAt: at + jitterOf(schedule, at) };
}

function miss(walk: Walk, at: number): void {
  if (walk.missed === null) walk.missed = { count: 1, first: at, last: at };
  else walk.missed = { ...walk.missed, count: walk.missed.count + 1, last: Math.max(walk.missed.last, at) };
}

/** What a walk from firing to firing depends on. */
interface Route {
  schedule: Schedule;
  times: CronTimes;
  /** Firings due before this are missed, ms since the epoch. */
  oldest: number;
  now: number;
}

/** Walks from firing to firing up to now, at most `steps` of them. */
function forward(walk: Walk, { schedule, times, oldest, now }: Route, steps: number): void {
  for (let step = 0; step < steps && walk.next !== null && walk.next.dueAt <= now; step++) {
    if (walk.next.dueAt < oldest) miss(walk, walk.next.at);
    else walk.firings.push(walk.next.at);
    walk.next = nextFiring(schedule, times, walk.next.at);
  }
}

/** Returns a moment with about MAX_CATCH_UP_FIRINGS firings between it and now. */
function latestStart(schedule: Schedule, times: CronTimes, now: number): number {
  const { timing } = schedule;
  if (timing.kind === "every") return now - schedule.jitterMs - (MAX_CATCH_UP_FIRINGS + 1) * timing.everyMs;
  return timing.kind === "cron" ? times.back(timing.cron, timing.timezone, now, MAX_CATCH_UP_FIRINGS) - 1 : now;
}
