import type { Schedule } from "../../domain/schedule.ts";
import { scheduleReference, USUAL_FIRINGS } from "../../service/schedules/schedule-service.ts";
import type { Services } from "../../service/services.ts";
import type { FiringPlace } from "../../store/contract/schedules.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { jobView } from "../resources/job.ts";
import { firingView, nextFiringView, scheduleView } from "../resources/schedule.ts";
import { BACKFILL, PREVIEW, TRIGGER } from "../resources/schedule-requests.ts";
import { SCHEDULE_PARAMETER } from "./list-query.ts";

const ONE = { tag: "schedules", params: SCHEDULE_PARAMETER, problems: [404] } as const;

/** Routes about the firings of schedules. */
export function scheduleFiringRoutes({ schedules, tasks }: Pick<Services, "schedules" | "tasks">): Route[] {
  const view = async (schedule: Schedule) => scheduleView(schedule, await tasks.ofItem(schedule));
  return [
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/schedules/:id/trigger",
      access: "write",
      id: "triggerSchedule",
      summary: "Fire once now, whatever its plan and overlap policy",
      description: "The plan of the schedule stays as it is.",
      body: TRIGGER,
      bodyRequired: false,
      bodyExample: { input: { num1: 1, num2: 2 } },
      problems: [404, 409, 422],
      responses: { 201: { description: "The job.", schema: "Job", location: "Path of the job." } },
      async handle({ params, body }) {
        const job = await schedules.trigger(scheduleReference(params.id), body, "/input");
        return json(jobView(job, await tasks.ofItem(job)), 201, { location: `/api/v1/jobs/${job.id}` });
      },
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/schedules/:id/pause",
      access: "write",
      id: "pauseSchedule",
      summary: "Stop firing",
      description: "A paused schedule keeps its plan and creates no jobs.",
      body: {
        type: "object",
        properties: { reason: { type: "string", maxLength: 1_000, description: "Shown with the schedule." } },
        additionalProperties: false,
      },
      bodyRequired: false,
      bodyExample: { reason: "the service is down" },
      responses: { 200: { description: "The schedule.", schema: "Schedule" } },
      handle: async ({ params, body }) =>
        json(await view(await schedules.pause(scheduleReference(params.id), body.reason))),
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/schedules/:id/resume",
      access: "write",
      id: "resumeSchedule",
      summary: "Fire again; what was not fired meanwhile is not made up for",
      description: "The schedule goes on with the next firing of its plan.",
      responses: { 200: { description: "The schedule.", schema: "Schedule" } },
      handle: async ({ params }) => json(await view(await schedules.resume(scheduleReference(params.id)))),
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/schedules/:id/next",
      access: "read",
      id: "nextFirings",
      summary: "The next firings, with a note where daylight saving moves or doubles one",
      description: "Computed from the plan; pauses are not considered.",
      query: {
        type: "object",
        properties: {
          count: {
            type: "integer",
            minimum: 1,
            maximum: 1_000,
            default: USUAL_FIRINGS,
            description: "Number of firings.",
          },
        },
        additionalProperties: false,
      },
      responses: { 200: { description: "The coming firings.", schema: "NextFirings" } },
      async handle({ params, query: { count } }) {
        const firings = await schedules.next(scheduleReference(params.id), count);
        return json({ items: firings.map(nextFiringView), nextCursor: null });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/schedules/preview",
      access: "read",
      id: "previewSchedule",
      tag: "schedules",
      summary: "The next firings of a plan that is not stored",
      description: "Takes the plan of a schedule and stores nothing.",
      body: PREVIEW,
      bodyExample: { cron: "30 2 * * *", timezone: "Europe/Berlin", count: 5 },
      responses: { 200: { description: "The coming firings.", schema: "NextFirings" } },
      problems: [422],
      async handle({ body }) {
        const firings = await schedules.preview(body, "");
        return json({ items: firings.map(nextFiringView), nextCursor: null });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/schedules/:id/firings",
      access: "read",
      id: "listFirings",
      summary: "What became of past firings, latest first",
      description: "Each firing says which job it created, or why it created none.",
      query: {
        type: "object",
        properties: {
          limit: {
            type: "integer",
            minimum: 1,
            maximum: 1_000,
            default: 50,
            description: "Largest number of firings.",
          },
          cursor: {
            type: "string",
            pattern: "^\\d{1,16}\\.(manual|planned)$",
            description: "nextCursor of the page before.",
          },
        },
        additionalProperties: false,
      },
      responses: { 200: { description: "A page of the list.", schema: "FiringPage" } },
      async handle({ params: { id }, query: { limit = 50, cursor } }) {
        const { items, next } = await schedules.firings(
          scheduleReference(id),
          limit,
          cursor === undefined ? undefined : placeOf(cursor),
        );
        return json({ items: items.map(firingView), nextCursor: next === null ? null : `${next.fireAt}.${next.kind}` });
      },
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/schedules/:id/backfill",
      access: "write",
      id: "backfillSchedule",
      summary: "Fire for the times of its plan in a range of the past",
      description: "A time that has made a job makes no second one.",
      body: BACKFILL,
      bodyExample: { from: "2026-11-01T00:00:00Z", to: "2026-11-08T00:00:00Z" },
      problems: [404, 422],
      responses: { 200: { description: "What became of each time.", schema: "FiringPage" } },
      async handle({ params, body }) {
        const firings = await schedules.backfill(scheduleReference(params.id), body, "");
        return json({ items: firings.map(firingView), nextCursor: null });
      },
    }),
  ];
}

/** A cursor has the time of the last firing and its kind: by hand and by plan may fall on one instant. */
function placeOf(cursor: string): FiringPlace {
  const [fireAt, kind] = cursor.split(".");
  return { fireAt: Number(fireAt), kind: kind === "manual" ? "manual" : "planned" };
}
