import { RatchetError } from "../../domain/errors.ts";
import type { JobPriority } from "../../domain/job.ts";
import { RawJson } from "../../domain/raw-json.ts";
import {
  DEFAULT_CATCH_UP_WINDOW_MS,
  type NewSchedule,
  type OverlapPolicy,
  type Schedule,
  type SchedulePatch,
  type ScheduleTiming,
} from "../../domain/schedule.ts";
import { readText, utf8Length } from "../../domain/shared-text.ts";
import { defined, given } from "../../lib/defined.ts";
import { DURATION_FORMS, parseDuration } from "../../lib/duration.ts";
import { formatSize } from "../../lib/size.ts";
import { RestoredValues } from "../../secrets/masking/restored-values.ts";
import { hasStandIn, restoreInput } from "../../secrets/masking/stored-input.ts";
import { checkVersion } from "../request-checks.ts";
import { type RequestTime, readTime } from "../request-time.ts";
import type { TaskReference } from "../tasks/find-task.ts";
import {
  checkedInput,
  findRunnable,
  givenInput,
  type RequestChecks,
  type RunnableTask,
} from "../tasks/runnable-task.ts";

/** When to fire, as a caller writes it. */
export interface TimingRequest {
  cron?: string;
  timezone?: string;
  every?: string | number;
  at?: RequestTime;
}

/** A requested schedule, or changes of one. */
export interface ScheduleRequest extends TimingRequest {
  name?: string;
  task?: TaskReference;
  version?: string | null;
  input?: unknown;
  enabled?: boolean;
  overlap?: OverlapPolicy;
  catchUpWindow?: string | number;
  jitter?: string | number;
  startAt?: RequestTime | null;
  endAt?: RequestTime | null;
  pauseOnFailure?: boolean;
  priority?: JobPriority;
  maxRetries?: number | null;
  concurrencyKey?: string | null;
  tags?: readonly string[];
}

/** A requested schedule. */
export type CreateScheduleRequest = ScheduleRequest & { name: string; task: TaskReference };

/**
 * Reads a schedule to create, and checks its task and input; the scheduler checks the rest.
 * @param pointer where the schedule is in the request
 * @throws {RatchetError} SCHEDULE_INVALID, TASK_NOT_FOUND, INVALID_INPUT, USAGE
 */
export async function newSchedule(
  checks: RequestChecks,
  request: CreateScheduleRequest,
  pointer: string,
): Promise<NewSchedule> {
  const timing = timingOf(request, pointer);
  if (timing === undefined) throw wrongTiming();
  const version = request.version ?? undefined;
  checkVersion(version, pointer);
  const runnable = await findRunnable(checks, request.task, version ?? null);
  const { startAt, endAt, maxRetries, concurrencyKey, ...common } = commonOf(request, pointer);
  return {
    ...common,
    name: request.name,
    taskId: runnable.task.id,
    inputJson: await scheduleInput(checks, runnable, givenInput(request.input), `${pointer}/input`),
    timing,
    ...given({ version, startAt, endAt, maxRetries, concurrencyKey, everyText: everyTextOf(request) }),
  };
}

/**
 * Reads changes of a schedule. A new task, version or input is checked together with those that stay.
 * @param pointer where the changes are in the request
 * @throws {RatchetError} as {@link newSchedule}
 */
export async function schedulePatch(
  checks: RequestChecks,
  old: Schedule,
  request: ScheduleRequest,
  pointer: string,
): Promise<SchedulePatch> {
  const timing = timingOf(request, pointer, old.timing);
  const patch: SchedulePatch = { ...commonOf(request, pointer), ...defined({ timing }) };
  if (timing !== undefined) patch.everyText = everyTextOf(request) ?? null;
  if (request.name !== undefined) patch.name = request.name;
  if (request.version !== undefined) patch.version = request.version;
  if (request.task !== undefined || request.version !== undefined || Object.hasOwn(request, "input")) {
    const version = request.version === undefined ? old.version : request.version;
    checkVersion(request.version, pointer);
    const runnable = await findRunnable(checks, request.task ?? old.taskId, version);
    patch.taskId = runnable.task.id;
    patch.inputJson = Object.hasOwn(request, "input")
      ? await scheduleInput(checks, runnable, givenInput(request.input), `${pointer}/input`)
      : await keptInput(checks, old, runnable, `${pointer}/input`);
  }
  return patch;
}

/**
 * Reads a schedule that replaces another: omitted members get their defaults.
 * @param pointer where the schedule is in the request
 * @throws {RatchetError} as {@link newSchedule}
 */
export async function scheduleReplacement(
  checks: RequestChecks,
  request: CreateScheduleRequest,
  pointer: string,
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
    maxRetries: null,
    concurrencyKey: null,
    tags: [],
    everyText: null,
    ...(await newSchedule(checks, request, pointer)),
  };
}

/**
 * Returns the JSON text of the input that replaces the schedule's own for one firing; undefined if the request has no input.
 * @throws {RatchetError} INVALID_INPUT with pointers, and what {@link findRunnable} throws
 */
export async function triggerInput(
  checks: RequestChecks,
  schedule: Schedule,
  request: { input?: unknown },
  pointer: string,
): Promise<string | undefined> {
  if (request.input === undefined) return undefined;
  const runnable = await findRunnable(checks, schedule.taskId, schedule.version);
  return scheduleInput(checks, runnable, request.input, pointer);
}

/** Maximum size of the input of a schedule, bytes. */
const MAX_INPUT_BYTES = 1024 * 1024;

/**
 * Checks the input that stays. It is stored as it was: a secret in it may have another value now, so the one that was sent could not be
 * found in it. Another task must not get the secrets in the input, so there the input is rejected if it has any.
 */
async function keptInput(
  checks: RequestChecks,
  old: Schedule,
  runnable: RunnableTask,
  pointer: string,
): Promise<string> {
  const { inputJson } = old;
  if (!hasStandIn(inputJson) || runnable.task.id !== old.taskId) {
    return scheduleInput(checks, runnable, new RawJson(inputJson), pointer);
  }
  const restored = new RestoredValues();
  const { onValue } = restored;
  const sent = restoreInput({ sealer: await checks.vault.sealer(), onValue }, inputJson);
  await checkedInput({ ...checks, restored }, runnable, new RawJson(sent), pointer);
  return inputJson;
}

/** Each firing stores a copy of the input. @throws {RatchetError} as {@link checkedInput}, and INPUT_LIMIT */
async function scheduleInput(
  checks: RequestChecks,
  runnable: RunnableTask,
  input: unknown,
  pointer: string,
): Promise<string> {
  const json = readText(await checkedInput(checks, runnable, input, pointer));
  const bytes = utf8Length(json);
  if (bytes <= MAX_INPUT_BYTES) return json;
  const message = `The input of a schedule has ${bytes} bytes; the limit is ${formatSize(MAX_INPUT_BYTES)}.`;
  throw new RatchetError("INPUT_LIMIT", message, {
    data: { limit: MAX_INPUT_BYTES, value: bytes },
    remedy: "Have the task fetch the data, or create jobs with it in place of a schedule.",
  });
}

/**
 * Reads when a schedule fires.
 * @param pointer where the members are in the request
 * @param old timing of the schedule that is changed: a new time zone alone keeps its expression
 * @returns undefined if the request has none of cron, every and at
 * @throws {RatchetError} SCHEDULE_INVALID, USAGE
 */
export function timingOf(request: TimingRequest, pointer: string, old?: ScheduleTiming): ScheduleTiming | undefined {
  const { cron, every, at, timezone } = request;
  const count = [cron, every, at].filter((value) => value !== undefined).length;
  if (count > 1) throw wrongTiming();
  if (timezone !== undefined && cron === undefined) {
    if (count === 0 && old?.kind === "cron") return { ...old, timezone };
    throw new RatchetError("SCHEDULE_INVALID", "A time zone can be given with cron only.", {
      data: { field: "timezone" },
      remedy: "Leave the time zone out, or use cron.",
    });
  }
  if (cron !== undefined) return { kind: "cron", cron, timezone: timezone ?? keptZone(old) };
  if (every !== undefined) return { kind: "every", everyMs: readDuration(every, "every") };
  if (at !== undefined) return { kind: "at", at: readTime(at, `${pointer}/at`) };
  return undefined;
}

const keptZone = (old: ScheduleTiming | undefined): string => (old?.kind === "cron" ? old.timezone : "UTC");

function wrongTiming(): RatchetError {
  return new RatchetError("SCHEDULE_INVALID", "A schedule has exactly one of cron, every and at.", {
    data: { field: "cron" },
    remedy: 'Say when it fires: "cron": "0 6 * * *", "every": "5m", or "at": a time.',
  });
}

/** Returns the interval as it was given; undefined if it was given in ms. */
function everyTextOf({ every }: TimingRequest): string | undefined {
  return typeof every === "string" ? every : undefined;
}

/** Reads the members that new and changed schedules have in common. */
function commonOf(request: ScheduleRequest, pointer: string) {
  const { enabled, overlap, pauseOnFailure, priority, catchUpWindow, jitter } = request;
  const { maxRetries, concurrencyKey } = request;
  const tags = request.tags === undefined ? undefined : [...new Set(request.tags)];
  const timeOf = (field: "startAt" | "endAt"): number | null | undefined => {
    const time = request[field];
    return time === undefined || time === null ? time : readTime(time, `${pointer}/${field}`);
  };
  const catchUpWindowMs = catchUpWindow === undefined ? undefined : readDuration(catchUpWindow, "catchUpWindow");
  const jitterMs = jitter === undefined ? undefined : readDuration(jitter, "jitter");
  const times = { startAt: timeOf("startAt"), endAt: timeOf("endAt") };
  const ofJobs = { priority, maxRetries, concurrencyKey, tags };
  return defined({ enabled, overlap, pauseOnFailure, catchUpWindowMs, jitterMs, ...ofJobs, ...times });
}

function readDuration(value: string | number, field: string): number {
  const ms = typeof value === "number" ? value : parseDuration(value);
  if (ms !== undefined) return ms;
  const reason = `must be ${DURATION_FORMS}, or a number of ms`;
  throw new RatchetError("SCHEDULE_INVALID", `${field} is ${JSON.stringify(value).slice(0, 100)}; it ${reason}.`, {
    data: { field, reason },
  });
}
