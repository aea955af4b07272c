import { RatchetError } from "../../domain/errors.ts";
import type { Job } from "../../domain/job.ts";
import { noSchedule } from "../../domain/not-found.ts";
import type { NextFiring, OverlapPolicy, Schedule, ScheduleFiring } from "../../domain/schedule.ts";
import { defined } from "../../lib/defined.ts";
import type { Page, SortedPageRequest } from "../../store/contract/page.ts";
import type { FiringPlace, ScheduleFilter, ScheduleSort } from "../../store/contract/schedules.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { placingErrors } from "../placed-errors.ts";
import { type RequestTime, readTime } from "../request-time.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";
import {
  type CreateScheduleRequest,
  newSchedule,
  type ScheduleRequest,
  schedulePatch,
  scheduleReplacement,
  type TimingRequest,
  timingOf,
  triggerInput,
} from "./schedule-request.ts";

/** How a caller names a schedule: its id or its name. */
export type ScheduleReference = number | string;

/** Which schedules, as callers write it. */
export interface ScheduleConditions {
  task?: TaskReference;
  enabled?: boolean;
}

/** A plan that is not stored. */
export interface PreviewRequest extends TimingRequest {
  startAt?: RequestTime;
  endAt?: RequestTime;
  count?: number;
}

/** A range of the past to fire for. */
export interface BackfillRequest {
  from: RequestTime;
  to: RequestTime;
  overlap?: OverlapPolicy;
}

/** A schedule that is created or replaced under a name. */
export type PutScheduleRequest = Omit<CreateScheduleRequest, "name"> & { name?: string };

/** A page of firings. */
export interface FiringPage {
  items: ScheduleFiring[];
  /** Place of the last one when there are more; else null. */
  next: FiringPlace | null;
}

/** A reference from a place where everything is a text, such as a path: digits are an id. */
export function scheduleReference(text: string): ScheduleReference {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Coming firings that are given when no number is asked for. */
export const USUAL_FIRINGS = 20;

/** Schedules and their firings. Each method that takes a reference throws SCHEDULE_NOT_FOUND when it leads nowhere. */
export interface ScheduleService {
  /** @throws {RatchetError} SCHEDULE_INVALID, TASK_NOT_FOUND, INVALID_INPUT, USAGE; CONFLICT when the name is taken */
  create(request: CreateScheduleRequest, pointer: string): Promise<Schedule>;
  get(reference: ScheduleReference): Promise<Schedule>;
  /** undefined when there is no such schedule. */
  find(reference: ScheduleReference): Promise<Schedule | undefined>;
  /** @throws {RatchetError} TASK_NOT_FOUND */
  list(conditions: ScheduleConditions, page: SortedPageRequest<ScheduleSort>): Promise<Page<Schedule>>;
  /** Number of schedules that match. @throws {RatchetError} TASK_NOT_FOUND */
  count(conditions: ScheduleConditions): Promise<number>;
  /** Changes the members that are given. @throws {RatchetError} as {@link create} */
  update(reference: ScheduleReference, request: ScheduleRequest, pointer: string): Promise<Schedule>;
  /** Replaces a schedule: what is left out goes back to its default. @throws {RatchetError} as {@link create} */
  replace(reference: ScheduleReference, request: CreateScheduleRequest, pointer: string): Promise<Schedule>;
  /** Replaces the schedule with this name, or creates it. @throws {RatchetError} as {@link create} */
  put(name: string, request: PutScheduleRequest, pointer: string): Promise<{ schedule: Schedule; created: boolean }>;
  /** Its jobs stay. */
  delete(reference: ScheduleReference): Promise<void>;
  /**
   * Fires once now, whatever its plan and overlap policy.
   * @param request `input` in place of the schedule's own
   * @param pointer where the input is in the request
   * @throws {RatchetError} INVALID_INPUT, and what findRunnable throws
   */
  trigger(reference: ScheduleReference, request: { input?: unknown }, pointer: string): Promise<Job>;
  pause(reference: ScheduleReference, reason?: string): Promise<Schedule>;
  resume(reference: ScheduleReference): Promise<Schedule>;
  /** The next firings by the plan. @param count @default 20 */
  next(reference: ScheduleReference, count?: number): Promise<NextFiring[]>;
  /** The next firings of a plan that is not stored. @throws {RatchetError} SCHEDULE_INVALID, USAGE */
  preview(request: PreviewRequest, pointer: string): Promise<NextFiring[]>;
  /** What became of past firings, latest first. */
  firings(reference: ScheduleReference, limit: number, after?: FiringPlace): Promise<FiringPage>;
  /** Fires for the times of its plan in a range of the past. @throws {RatchetError} USAGE */
  backfill(reference: ScheduleReference, request: BackfillRequest, pointer: string): Promise<ScheduleFiring[]>;
}

/** Creates the service of schedules. */
export function createScheduleService(deps: ServiceDependencies): ScheduleService {
  const { scheduler, store } = deps;
  const { schedules } = store;
  const find = (reference: ScheduleReference) =>
    typeof reference === "number" ? schedules.get(reference) : schedules.getByName(reference);
  const get = async (reference: ScheduleReference): Promise<Schedule> => {
    const schedule = await find(reference);
    if (schedule === undefined) throw noSchedule(reference);
    return schedule;
  };
  const idOf = async (reference: ScheduleReference): Promise<number> =>
    typeof reference === "number" ? reference : (await get(reference)).id;
  const filterOf = async ({ task, enabled }: ScheduleConditions): Promise<ScheduleFilter> =>
    defined({ enabled, taskId: await taskIdOf(store.tasks, task) });
  return {
    create: (request, pointer) =>
      placingErrors(pointer, async () => scheduler.create(await newSchedule(deps, request, pointer))),
    get,
    find,
    list: async (conditions, page) => schedules.list(await filterOf(conditions), page),
    count: async (conditions) => schedules.count(await filterOf(conditions)),
    async update(reference, request, pointer) {
      const old = await get(reference);
      return placingErrors(pointer, async () =>
        scheduler.update(old.id, await schedulePatch(deps, old, request, pointer)),
      );
    },
    async replace(reference, request, pointer) {
      const { id } = await get(reference);
      return placingErrors(pointer, async () =>
        scheduler.update(id, await scheduleReplacement(deps, request, pointer)),
      );
    },
    put: (name, request, pointer) => putSchedule({ deps, find }, name, request, pointer),
    delete: async (reference) => scheduler.delete(await idOf(reference)),
    async trigger(reference, request, pointer) {
      const schedule = await get(reference);
      return scheduler.trigger(schedule.id, await triggerInput(deps, schedule, request, pointer));
    },
    pause: async (reference, reason) => scheduler.pause(await idOf(reference), reason ?? null),
    resume: async (reference) => scheduler.resume(await idOf(reference)),
    next: async (reference, count = USUAL_FIRINGS) => scheduler.next(await idOf(reference), count),
    preview: (request, pointer) => placingErrors(pointer, () => previewFirings(deps, request, pointer)),
    async firings(reference, limit, after) {
      const { id } = await get(reference);
      const found = await schedules.firings(id, limit + 1, after);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const more = found.length > limit && last !== undefined;
      return { items, next: more ? { fireAt: last.fireAt, kind: last.kind } : null };
    },
    async backfill(reference, { from, to, overlap }, pointer) {
      const range = { from: readTime(from, `${pointer}/from`), to: readTime(to, `${pointer}/to`) };
      return scheduler.backfill(await idOf(reference), { ...range, ...defined({ overlap }) });
    },
  };
}

/**
 * Two requests may create the same name at once: the second then replaces what the first created.
 * @throws {RatchetError} USAGE when the request has another name
 */
async function putSchedule(
  { deps, find }: { deps: ServiceDependencies; find: (name: string) => Promise<Schedule | undefined> },
  name: string,
  request: PutScheduleRequest,
  pointer: string,
): Promise<{ schedule: Schedule; created: boolean }> {
  if (request.name !== undefined && request.name !== name) {
    const message = `must be ${JSON.stringify(name)}, as in the address, or be left out`;
    throw new RatchetError("USAGE", `${pointer}/name ${message}.`, {
      data: { violations: [{ pointer: `${pointer}/name`, message }] },
      remedy: "Use the same name twice; a schedule is renamed by its id.",
    });
  }
  const named = { ...request, name };
  return placingErrors(pointer, async () => {
    let old = await find(name);
    if (old === undefined) {
      try {
        return { schedule: await deps.scheduler.create(await newSchedule(deps, named, pointer)), created: true };
      } catch (error) {
        old = error instanceof RatchetError && error.code === "CONFLICT" ? await find(name) : undefined;
        if (old === undefined) throw error;
      }
    }
    const replacement = await scheduleReplacement(deps, named, pointer);
    return { schedule: await deps.scheduler.update(old.id, replacement), created: false };
  });
}

function previewFirings(
  { scheduler }: Pick<ServiceDependencies, "scheduler">,
  request: PreviewRequest,
  pointer: string,
): NextFiring[] {
  const { startAt, endAt, count = USUAL_FIRINGS } = request;
  const timing = timingOf(request, pointer);
  if (timing === undefined) {
    throw new RatchetError("SCHEDULE_INVALID", "Give one of cron, every and at.", { data: { field: "cron" } });
  }
  const bounds = defined({
    startAt: startAt === undefined ? undefined : readTime(startAt, `${pointer}/startAt`),
    endAt: endAt === undefined ? undefined : readTime(endAt, `${pointer}/endAt`),
  });
  return scheduler.preview({ timing, ...bounds }, count);
}
