import { RatchetError } from "../domain/errors.ts";
import { type NewSchedule, OVERLAP_POLICIES, type ScheduleTiming, SHORTEST_INTERVAL_MS } from "../domain/schedule.ts";
import { LATEST_TIME_MS } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import { checkJobMembers } from "../queue/job-requests.ts";
import { readCron } from "./cron-expression.ts";
import type { CronTimes } from "./cron-times.ts";
import { checkTimeZone } from "./time-zone.ts";
import { nextTime } from "./timing.ts";

/** Longest window, jitter and interval, ms: ten years. */
const LONGEST_MS = 10 * 366 * 24 * 60 * 60 * 1_000;
const LONGEST_NAME = 200;

/** The schedule to check: a new one, or one as it will be after a change. */
export type CheckedSchedule = Pick<NewSchedule, "name" | "timing"> &
  Partial<Pick<NewSchedule, "overlap" | "catchUpWindowMs" | "jitterMs" | "priority" | "tags">> & {
    maxRetries?: number | null;
    concurrencyKey?: string | null;
    startAt?: number | null;
    endAt?: number | null;
  };

function invalid(field: string, message: string, remedy?: string): RatchetError {
  return new RatchetError("SCHEDULE_INVALID", message, defined({ data: { field }, remedy }));
}

function checkMs(field: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= LONGEST_MS)) return;
  throw invalid(field, `${field} is ${value} ms; it must be a whole number from ${least} to ${LONGEST_MS}.`);
}

function checkTime(field: string, value: number | null | undefined): void {
  if (value === undefined || value === null) return;
  if (Number.isInteger(value) && value >= 0 && value <= LATEST_TIME_MS) return;
  throw invalid(field, `${field} is ${value}; it must be a time in ms since 1970.`);
}

/**
 * Checks a schedule.
 * @param now ms since the epoch: the schedule must fire at least once after this
 * @returns its timing, with the time zone in its usual spelling
 * @throws {RatchetError} SCHEDULE_INVALID, and USAGE for members of its jobs; `data.field` names the field, and for cron
 *   a caret marks the position
 */
export function checkSchedule(schedule: CheckedSchedule, times: CronTimes, now: number): ScheduleTiming {
  const { name, overlap } = schedule;
  if (name !== "" && name.trim() === "") throw invalid("name", "The name consists of white space only.");
  if (name === "" || name.length > LONGEST_NAME) {
    throw invalid("name", `The name has ${name.length} characters; it must have 1 to ${LONGEST_NAME}.`);
  }
  if (overlap !== undefined && !OVERLAP_POLICIES.includes(overlap)) {
    throw invalid("overlap", `The overlap is "${overlap}"; it must be one of ${OVERLAP_POLICIES.join(", ")}.`);
  }
  checkJobMembers(schedule);
  checkMs("catchUpWindow", schedule.catchUpWindowMs, 0);
  checkMs("jitter", schedule.jitterMs, 0);
  checkTime("startAt", schedule.startAt);
  checkTime("endAt", schedule.endAt);
  const { startAt = null, endAt = null } = schedule;
  if (startAt !== null && endAt !== null && endAt < startAt) {
    throw invalid("endAt", "endAt is before startAt, so the schedule would never fire.");
  }
  const timing = checkTiming(schedule.timing);
  const planned = { id: 0, timing, startAt, endAt, jitterMs: 0, createdAt: now };
  if (nextTime(planned, times, now) === null) throw neverFires(timing, endAt, now);
  return timing;
}

function checkTiming(timing: ScheduleTiming): ScheduleTiming {
  switch (timing.kind) {
    case "cron":
      readCron(timing.cron);
      return { ...timing, timezone: checkTimeZone(timing.timezone) };
    case "every":
      checkMs("every", timing.everyMs, SHORTEST_INTERVAL_MS);
      return timing;
    case "at":
      checkTime("at", timing.at);
      return timing;
  }
}

function neverFires(timing: ScheduleTiming, endAt: number | null, now: number): RatchetError {
  if (timing.kind === "at" && timing.at <= now) {
    const time = new Date(timing.at).toISOString();
    return invalid("at", `The time ${time} has passed.`, "Use a future time, or enqueue a job to run the task now.");
  }
  if (endAt !== null) return invalid("endAt", "The schedule would end before its first firing.", "Use a later end.");
  const what = timing.kind === "cron" ? timing.cron : "it";
  return invalid(timing.kind, `The schedule would never fire: no day matches ${what}.`, "Check day and month.");
}
