import { RatchetError } from "../../domain/errors.ts";
import type { Job } from "../../domain/job.ts";
import type { NextFiring, OverlapPolicy, Schedule, ScheduleFiring } from "../../domain/schedule.ts";
import { defined } from "../../lib/defined.ts";
import type { FiringPlace } from "../../store/contract/schedules.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { placingErrors } from "../placed-errors.ts";
import { listedItems } from "../request-checks.ts";
import { type RequestTime, readTime } from "../request-time.ts";
import type { ScheduleReference } from "./schedule-reference.ts";
import { type TimingRequest, timingOf, triggerInput } from "./schedule-request.ts";

/** A plan that is not stored. */
export interface PreviewRequest extends TimingRequest {
  startAt?: RequestTime;
  endAt?: RequestTime;
  count?: number;
}

/** A past range to backfill. */
export interface BackfillRequest {
  from: RequestTime;
  to: RequestTime;
  overlap?: OverlapPolicy;
  /** Only say what would become of each firing. @default false */
  dryRun?: boolean;
}

/** A page of firings. */
export interface FiringPage {
  items: ScheduleFiring[];
  /** Place of the last one if there are more; otherwise null. */
  next: FiringPlace | null;
}

/** Default number of next firings. */
export const USUAL_FIRINGS = 20;

/** Default number of past firings. */
export const USUAL_PAST_FIRINGS = 50;

/** The firings of schedules. Each method that takes a reference throws SCHEDULE_NOT_FOUND if there is no such schedule. */
export interface ScheduleFirings {
  /**
   * Fires once now, regardless of its plan and overlap policy.
   * @param request `input` replaces the schedule's own
   * @param pointer where the input is in the request
   * @throws {RatchetError} INVALID_INPUT, and what findRunnable throws
   */
  trigger(reference: ScheduleReference, request: { input?: unknown }, pointer: string): Promise<Job>;
  /** Returns the next firings. @param count @default 20 */
  next(reference: ScheduleReference, count?: number): Promise<NextFiring[]>;
  /** Returns the next firings of a plan that is not stored. @throws {RatchetError} SCHEDULE_INVALID, USAGE */
  preview(request: PreviewRequest, pointer: string): Promise<NextFiring[]>;
  /** Returns past firings and what was decided for them, latest first. @param limit @default 50 */
  firings(reference: ScheduleReference, limit?: number, after?: FiringPlace): Promise<FiringPage>;
  /** Fires for the planned times in a past range. @throws {RatchetError} USAGE */
  backfill(reference: ScheduleReference, request: BackfillRequest, pointer: string): Promise<ScheduleFiring[]>;
}

/** How schedules are found. */
export interface ScheduleLookup {
  get(reference: ScheduleReference): Promise<Schedule>;
  idOf(reference: ScheduleReference): Promise<number>;
}

/** Creates the use cases about firings. */
export function createScheduleFirings(deps: ServiceDependencies, { get, idOf }: ScheduleLookup): ScheduleFirings {
  const { scheduler, store } = deps;
  return {
    async trigger(reference, request, pointer) {
      const schedule = await get(reference);
      return scheduler.trigger(schedule.id, await triggerInput(deps, schedule, request, pointer));
    },
    async next(reference, requested) {
      const count = listedItems(requested, USUAL_FIRINGS, "/count");
      return scheduler.next(await idOf(reference), count);
    },
    preview: (request, pointer) => placingErrors(pointer, () => previewFirings(deps, request, pointer)),
    async firings(reference, requested, after) {
      const limit = listedItems(requested, USUAL_PAST_FIRINGS, "/limit");
      const { id } = await get(reference);
      const found = await store.schedules.firings(id, limit + 1, after);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const more = found.length > limit && last !== undefined;
      return { items, next: more ? { fireAt: last.fireAt, kind: last.kind } : null };
    },
    async backfill(reference, { from, to, overlap, dryRun }, pointer) {
      const range = { from: readTime(from, `${pointer}/from`), to: readTime(to, `${pointer}/to`) };
      return scheduler.backfill(await idOf(reference), { ...range, ...defined({ overlap, dryRun }) });
    },
  };
}

function previewFirings(
  { scheduler }: Pick<ServiceDependencies, "scheduler">,
  request: PreviewRequest,
  pointer: string,
): NextFiring[] {
  const { startAt, endAt } = request;
  const count = listedItems(request.count, USUAL_FIRINGS, `${pointer}/count`);
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
