import { LONGEST_NOTE } from "../../domain/request-bounds.ts";
import type { Schedule } from "../../domain/schedule.ts";
import { MAX_NEXT } from "../../scheduler/next-firings.ts";
import { USUAL_FIRINGS, USUAL_PAST_FIRINGS } from "../../service/schedules/schedule-firings.ts";
import { scheduleReference } from "../../service/schedules/schedule-reference.ts";
import type { Services } from "../../service/services.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import type { FiringPlace } from "../../store/contract/schedules.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { jobView } from "../resources/job.ts";
import { firingView, nextFiringView, scheduleView } from "../resources/schedule.ts";
import { BACKFILL, PREVIEW, TRIGGER } from "../resources/schedule-requests.ts";
import { SCHEDULE_PARAMETER } from "./list-query.ts";

const ONE = { tag: "schedules", params: SCHEDULE_PARAMETER, problems: [404] } as const;

const TRIGGER_SCHEDULE = {
  ...ONE,
  method: "POST",
  path: "/api/v1/schedules/:id/trigger",
  access: "write",
  id: "triggerSchedule",
  summary: "Fire a schedule once now",
  description: "Creates a job regardless of the plan and the overlap policy. The plan does not change.",
  body: TRIGGER,
  bodyRequired: false,
  bodyExample: { input: { num1: 1, num2: 2 } },
  problems: [404, 409, 422],
  responses: { 201: { description: "The job.", schema: "Job", location: "Path of the job." } },
} as const;

const PAUSE_SCHEDULE = {
  ...ONE,
  method: "POST",
  path: "/api/v1/schedules/:id/pause",
  access: "write",
  id: "pauseSchedule",
  summary: "Pause a schedule",
  description: "A paused schedule keeps its plan but creates no jobs.",
  body: {
    type: "object",
    properties: {
      reason: { type: "string", maxLength: LONGEST_NOTE, description: "The reason, shown with the schedule." },
    },
    additionalProperties: false,
  },
  bodyRequired: false,
  bodyExample: { reason: "the service is down" },
  responses: { 200: { description: "The schedule.", schema: "Schedule" } },
} as const;

const RESUME_SCHEDULE = {
  ...ONE,
  method: "POST",
  path: "/api/v1/schedules/:id/resume",
  access: "write",
  id: "resumeSchedule",
  summary: "Resume a schedule",
  description: "The schedule continues with the next firing of its plan. Firings during the pause are not caught up.",
  responses: { 200: { description: "The schedule.", schema: "Schedule" } },
} as const;

const NEXT_FIRINGS = {
  ...ONE,
  method: "GET",
  path: "/api/v1/schedules/:id/next",
  access: "read",
  id: "nextFirings",
  summary: "List the next firings of a schedule",
  description:
    "The times follow from the plan; pauses are ignored. A note explains where daylight saving moves or doubles a firing.",
  query: {
    type: "object",
    properties: {
      count: {
        type: "integer",
        minimum: 1,
        maximum: MAX_NEXT,
        default: USUAL_FIRINGS,
        description: "Number of firings.",
      },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "The next firings.", schema: "NextFirings" } },
} as const;

const PREVIEW_SCHEDULE = {
  method: "POST",
  path: "/api/v1/schedules/preview",
  access: "read",
  id: "previewSchedule",
  tag: "schedules",
  summary: "List the next firings of a plan that is not stored",
  description: "Takes a plan as for a schedule, and stores nothing.",
  body: PREVIEW,
  bodyExample: { cron: "30 2 * * *", timezone: "Europe/Berlin", count: 5 },
  responses: { 200: { description: "The next firings.", schema: "NextFirings" } },
  problems: [422],
} as const;

const LIST_FIRINGS = {
  ...ONE,
  method: "GET",
  path: "/api/v1/schedules/:id/firings",
  access: "read",
  id: "listFirings",
  summary: "List past firings and their results, latest first",
  description: "Each firing has the job that it created, or the reason why it created none.",
  query: {
    type: "object",
    properties: {
      limit: {
        type: "integer",
        minimum: 1,
        maximum: MAX_PAGE_SIZE,
        default: USUAL_PAST_FIRINGS,
        description: "Maximum number of firings.",
      },
      cursor: {
        type: "string",
        pattern: "^\\d{1,16}\\.(manual|planned)$",
        description: "nextCursor of the previous page.",
      },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "FiringPage" } },
} as const;

const BACKFILL_SCHEDULE = {
  ...ONE,
  method: "POST",
  path: "/api/v1/schedules/:id/backfill",
  access: "write",
  id: "backfillSchedule",
  summary: "Create the jobs of a schedule's firings in a past range",
  description:
    "A firing time that already has a job does not get a second one. `dryRun` creates no job: the result of each firing is what it would be now, without a job's id.",
  body: BACKFILL,
  bodyExample: { from: "2026-11-01T00:00:00Z", to: "2026-11-08T00:00:00Z" },
  problems: [404, 422],
  responses: { 200: { description: "The result of each firing.", schema: "FiringPage" } },
} as const;

/** Routes of the firings of schedules. */
export function scheduleFiringRoutes({ schedules, tasks }: Pick<Services, "schedules" | "tasks">): Route[] {
  const view = async (schedule: Schedule) => scheduleView(schedule, await tasks.ofItem(schedule));
  return [
    defineRoute({
      ...TRIGGER_SCHEDULE,
      async handle({ params, body }) {
        const job = await schedules.trigger(scheduleReference(params.id), body, "/input");
        return json(jobView(job, await tasks.ofItem(job)), 201, { location: `/api/v1/jobs/${job.id}` });
      },
    }),
    defineRoute({
      ...PAUSE_SCHEDULE,
      handle: async ({ params, body }) =>
        json(await view(await schedules.pause(scheduleReference(params.id), body.reason))),
    }),
    defineRoute({
      ...RESUME_SCHEDULE,
      handle: async ({ params }) => json(await view(await schedules.resume(scheduleReference(params.id)))),
    }),
    defineRoute({
      ...NEXT_FIRINGS,
      async handle({ params, query: { count } }) {
        const firings = await schedules.next(scheduleReference(params.id), count);
        return json({ items: firings.map(nextFiringView), nextCursor: null });
      },
    }),
    defineRoute({
      ...PREVIEW_SCHEDULE,
      async handle({ body }) {
        const firings = await schedules.preview(body, "");
        return json({ items: firings.map(nextFiringView), nextCursor: null });
      },
    }),
    defineRoute({
      ...LIST_FIRINGS,
      async handle({ params: { id }, query: { limit, cursor } }) {
        const { items, next } = await schedules.firings(
          scheduleReference(id),
          limit,
          cursor === undefined ? undefined : placeOf(cursor),
        );
        return json({ items: items.map(firingView), nextCursor: next === null ? null : `${next.fireAt}.${next.kind}` });
      },
    }),
    defineRoute({
      ...BACKFILL_SCHEDULE,
      async handle({ params, body }) {
        const firings = await schedules.backfill(scheduleReference(params.id), body, "");
        return json({ items: firings.map(firingView), nextCursor: null });
      },
    }),
  ];
}

/** A cursor is the time and the kind of the last firing, because a planned and a manual one can share a time. */
function placeOf(cursor: string): FiringPlace {
  const [fireAt, kind] = cursor.split(".");
  return { fireAt: Number(fireAt), kind: kind === "manual" ? "manual" : "planned" };
}
