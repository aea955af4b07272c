import { RatchetError } from "../../domain/errors.ts";
import { noSchedule } from "../../domain/not-found.ts";
import { LONGEST_NOTE } from "../../domain/request-bounds.ts";
import type { Schedule } from "../../domain/schedule.ts";
import { defined } from "../../lib/defined.ts";
import type { Page, SortedPageRequest } from "../../store/contract/page.ts";
import type { ScheduleFilter, ScheduleSort } from "../../store/contract/schedules.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { placingErrors } from "../placed-errors.ts";
import { checkLength, wrongMember } from "../request-checks.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";
import { createScheduleFirings, type ScheduleFirings } from "./schedule-firings.ts";
import type { ScheduleReference } from "./schedule-reference.ts";
import {
  type CreateScheduleRequest,
  newSchedule,
  type ScheduleRequest,
  schedulePatch,
  scheduleReplacement,
} from "./schedule-request.ts";

/** Conditions on schedules, as callers write them. */
export interface ScheduleConditions {
  task?: TaskReference;
  enabled?: boolean;
}

/** A schedule that is created or replaced under a name. */
export type PutScheduleRequest = Omit<CreateScheduleRequest, "name"> & { name?: string };

/** Schedules. Each method that takes a reference throws SCHEDULE_NOT_FOUND if there is no such schedule. */
export interface ScheduleService extends ScheduleFirings {
  /** @throws {RatchetError} SCHEDULE_INVALID, TASK_NOT_FOUND, INVALID_INPUT, USAGE; CONFLICT if the name is taken */
  create(request: CreateScheduleRequest, pointer: string): Promise<Schedule>;
  get(reference: ScheduleReference): Promise<Schedule>;
  /** Returns undefined if there is no such schedule. */
  find(reference: ScheduleReference): Promise<Schedule | undefined>;
  /** @throws {RatchetError} TASK_NOT_FOUND */
  list(conditions: ScheduleConditions, page: SortedPageRequest<ScheduleSort>): Promise<Page<Schedule>>;
  /** Returns the number of schedules that match. @throws {RatchetError} TASK_NOT_FOUND */
  count(conditions: ScheduleConditions): Promise<number>;
  /** Changes the given members. @throws {RatchetError} as {@link create} */
  update(reference: ScheduleReference, request: ScheduleRequest, pointer: string): Promise<Schedule>;
  /** Replaces a schedule: omitted members get their defaults. @throws {RatchetError} as {@link create} */
  replace(reference: ScheduleReference, request: CreateScheduleRequest, pointer: string): Promise<Schedule>;
  /** Replaces the schedule with this name, or creates it. @throws {RatchetError} as {@link create} */
  put(name: string, request: PutScheduleRequest, pointer: string): Promise<{ schedule: Schedule; created: boolean }>;
  /** Deletes a schedule. Its jobs remain. */
  delete(reference: ScheduleReference): Promise<void>;
  pause(reference: ScheduleReference, reason?: string): Promise<Schedule>;
  resume(reference: ScheduleReference): Promise<Schedule>;
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
    async pause(reference, reason) {
      checkLength(reason, "/reason", LONGEST_NOTE);
      return scheduler.pause(await idOf(reference), reason ?? null);
    },
    resume: async (reference) => scheduler.resume(await idOf(reference)),
    ...createScheduleFirings(deps, { get, idOf }),
  };
}

/**
 * Two requests may create the same name at once. The second one then replaces what the first one created.
 * @throws {RatchetError} USAGE if the request has another name
 */
async function putSchedule(
  { deps, find }: { deps: ServiceDependencies; find: (name: string) => Promise<Schedule | undefined> },
  name: string,
  request: PutScheduleRequest,
  pointer: string,
): Promise<{ schedule: Schedule; created: boolean }> {
  if (request.name !== undefined && request.name !== name) {
    const message = `must be ${JSON.stringify(name)}, as in the address, or be left out`;
    throw wrongMember(`${pointer}/name`, message, "Use the same name twice; rename a schedule by its id.");
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
