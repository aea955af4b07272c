import type { NewSchedule, Schedule } from "../../../src/domain/schedule.ts";
import type { FiringPlan, NextFiringTime } from "../../../src/store/contract/schedules.ts";
import type { Fixture } from "./fixture.ts";

export const MINUTE = 60_000;

/** The first whole minute after a time. */
export function minuteAfter(time: number): NextFiringTime {
  const at = (Math.floor(time / MINUTE) + 1) * MINUTE;
  return { at, dueAt: at };
}

/** Plans a firing for each whole minute that has passed. */
export function planMinutes({ nextAt }: Schedule, now: number): FiringPlan {
  const firings: number[] = [];
  for (let at = nextAt ?? Number.POSITIVE_INFINITY; at <= now; at += MINUTE) firings.push(at);
  return { firings, missed: null, next: minuteAfter(now) };
}

/** Creates a schedule that fires every minute. */
export function create(s: Fixture, more: Partial<NewSchedule> = {}): Promise<Schedule> {
  const timing = { kind: "cron", cron: "* * * * *", timezone: "UTC" } as const;
  const schedule = { name: "minutely", taskId: s.taskId, inputJson: "{}", timing, ...more };
  return s.store.schedules.create(schedule, (_, createdAt) => minuteAfter(createdAt));
}

/** Fires what is due. */
export const fire = (s: Fixture) => s.store.schedules.fireDue(50, planMinutes);

/** The firings of a schedule, oldest first, in minutes since `start`. */
export async function firings(s: Fixture, id: number, start: number): Promise<string[]> {
  const found = await s.store.schedules.firings(id, 100);
  return found.reverse().map(({ fireAt, status }) => `${(fireAt - start) / MINUTE} ${status}`);
}
