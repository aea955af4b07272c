import { RatchetError } from "../domain/errors.ts";
import type { JobPriority } from "../domain/job.ts";
import {
  DEFAULT_CATCH_UP_WINDOW_MS,
  type NewSchedule,
  type OverlapPolicy,
  type Schedule,
  type SchedulePatch,
  type ScheduleTiming,
} from "../domain/schedule.ts";
import { DURATION_FORMS, parseDuration } from "../lib/duration.ts";
import { RawJson } from "../lib/raw-json.ts";
import type { ApiDependencies } from "./dependencies.ts";
import type { TaskReference } from "./find-task.ts";
import { checkedInput, findRunnable, givenInput, readTime } from "./prepare-job.ts";

/** When to fire, as a caller writes it. */
export interface TimingRequest {
  cron?: string;
  timezone?: string;
  every?: string | number;
  at?: string | number;
}

/** A schedule as a caller asks for it, or changes of one. */
export interface ScheduleRequest extends TimingRequest {
  name?: string;
  task?: TaskReference;
  version?: string | null;
  input?: unknown;
  enabled?: boolean;
  overlap?: OverlapPolicy;
  catchUpWindow?: string | number;
  jitter?: string | number;
  startAt?: string | number | null;
  endAt?: string | number | null;
  pauseOnFailure?: boolean;
  priority?: JobPriority;
}

type Checks = Pick<ApiDependencies, "registry" | "settings" | "store" | "checks">;

/**
 * A schedule that is to be made, checked as far as its task and input go; the scheduler checks the rest.
 * @throws {RatchetError} SCHEDULE_INVALID, TASK_NOT_FOUND, INVALID_INPUT, USAGE
 */
export async function newSchedule(
  checks: Checks,
  request: ScheduleRequest & { name: string; task: TaskReference },
): Promise<NewSchedule> {
  const timing = timingOf(request);
  if (timing === undefined) throw noTiming();
  const version = request.version ?? undefined;
  const runnable = await findRunnable(checks, request.task, version ?? null);
  const { startAt, endAt, ...common } = await commonOf(request);
  return {
    ...common,
    name: request.name,
    taskId: runnable.task.id,
    inputJson: await checkedInput(checks, runnable, givenInput(request.input), "/input"),
    timing,
    ...(version === undefined ? {} : { version }),
    ...(typeof startAt === "number" ? { startAt } : {}),
    ...(typeof endAt === "number" ? { endAt } : {}),
  };
}

/**
 * Changes of a schedule. A new task, version or input is checked with those that stay.
 * @throws {RatchetError} as {@link newSchedule}
 */
export async function schedulePatch(checks: Checks, old: Schedule, request: ScheduleRequest): Promise<SchedulePatch> {
  const timing = timingOf(request, old.timing);
  const patch: SchedulePatch = { ...(await commonOf(request)), ...(timing === undefined ? {} : { timing }) };
  if (request.name !== undefined) patch.name = request.name;
  if (request.version !== undefined) patch.version = request.version;
  if (request.task !== undefined || request.version !== undefined || Object.hasOwn(request, "input")) {
    const version = request.version === undefined ? old.version : request.version;
    const runnable = await findRunnable(checks, request.task ?? old.taskId, version);
    const input: unknown = Object.hasOwn(request, "input") ? givenInput(request.input) : new RawJson(old.inputJson);
    patch.taskId = runnable.task.id;
    patch.inputJson = await checkedInput(checks, runnable, input, "/input");
  }
  return patch;
}

/**
 * All of a schedule's members for one that replaces another: what is left out goes back to its default.
 * @throws {RatchetError} as {@link newSchedule}
 */
export async function scheduleReplacement(
  checks: Checks,
  request: ScheduleRequest & { name: string; task: TaskReference },
): Promise<Required<SchedulePatch>> {
  return {
    version: null,
    startAt: null,
    endAt: null,
    enabled: true,
    overlap: "skip",
    catchUpWindowMs: DEFAULT_CATCH_UP_WINDOW_MS,
    jitterMs: 0,
    pauseOnFailure: false,
    priority: "normal",
    ...(await newSchedule(checks, request)),
  };
}

/**
 * JSON text of the input that a trigger names in place of the schedule's own; undefined when it names none.
 * @throws {RatchetError} INVALID_INPUT with pointers, and what {@link findRunnable} throws
 */
export async function triggerInput(
  checks: Checks,
  schedule: Schedule,
  request: { input?: unknown },
  pointer: string,
): Promise<string | undefined> {
  if (request.input === undefined) return undefined;
  const runnable = await findRunnable(checks, schedule.taskId, schedule.version);
  return checkedInput(checks, runnable, request.input, pointer);
}

/**
 * @param old of the schedule that is changed: another time zone alone keeps its expression
 * @returns undefined when nothing of it is asked for
 * @throws {RatchetError} SCHEDULE_INVALID, USAGE
 */
export function timingOf(request: TimingRequest, old?: ScheduleTiming): ScheduleTiming | undefined {
  const { cron, every, at, timezone } = request;
  const given = [cron, every, at].filter((value) => value !== undefined).length;
  if (given > 1) throw noTiming();
  if (timezone !== undefined && cron === undefined) {
    if (given === 0 && old?.kind === "cron") return { ...old, timezone };
    throw new RatchetError("SCHEDULE_INVALID", "A time zone goes with cron only.", {
      data: { field: "timezone" },
      remedy: "Leave it out, or give cron.",
    });
  }
  if (cron !== undefined) return { kind: "cron", cron, timezone: timezone ?? keptZone(old) };
  if (every !== undefined) return { kind: "every", everyMs: readDuration(every, "every") };
  if (at !== undefined) return { kind: "at", at: readTime(at, "/at") };
  return undefined;
}

const keptZone = (old: ScheduleTiming | undefined): string => (old?.kind === "cron" ? old.timezone : "UTC");

function noTiming(): RatchetError {
  return new RatchetError("SCHEDULE_INVALID", "A schedule has exactly one of cron, every and at.", {
    data: { field: "cron" },
    remedy: 'Say when it fires: "cron": "0 6 * * *", "every": "5m", or "at": a time.',
  });
}

async function commonOf(request: ScheduleRequest) {
  const { enabled, overlap, pauseOnFailure, priority, catchUpWindow, jitter, startAt, endAt } = request;
  return {
    ...(enabled === undefined ? {} : { enabled }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(pauseOnFailure === undefined ? {} : { pauseOnFailure }),
    ...(priority === undefined ? {} : { priority }),
    ...(catchUpWindow === undefined ? {} : { catchUpWindowMs: readDuration(catchUpWindow, "catchUpWindow") }),
    ...(jitter === undefined ? {} : { jitterMs: readDuration(jitter, "jitter") }),
    ...(startAt === undefined ? {} : { startAt: startAt === null ? null : readTime(startAt, "/startAt") }),
    ...(endAt === undefined ? {} : { endAt: endAt === null ? null : readTime(endAt, "/endAt") }),
  };
}

function readDuration(value: string | number, field: string): number {
  const ms = typeof value === "number" ? value : parseDuration(value);
  if (ms !== undefined) return ms;
  const message = `must be ${DURATION_FORMS}, or a number of ms`;
  throw new RatchetError("SCHEDULE_INVALID", `${field} is ${JSON.stringify(value).slice(0, 100)}; it ${message}.`, {
    data: { field, violations: [{ pointer: `/${field}`, message }] },
  });
}
