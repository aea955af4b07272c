import type { Schedule } from "../../domain/schedule.ts";
import { defined } from "../../lib/defined.ts";
import { scheduleReference } from "../../service/schedules/schedule-reference.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { scheduleView } from "../resources/schedule.ts";
import { NAMED_SCHEDULE, NEW_SCHEDULE, SCHEDULE_PATCH, SCHEDULE_REPLACEMENT } from "../resources/schedule-requests.ts";
import { LIST_PARAMETERS, pageOf, SCHEDULE_NAME_PARAMETER, SCHEDULE_PARAMETER } from "./list-query.ts";

const ONE = { tag: "schedules", params: SCHEDULE_PARAMETER, problems: [404] } as const;
const NAMED = { tag: "schedules", path: "/api/v1/schedules/by-name/:name", params: SCHEDULE_NAME_PARAMETER } as const;

const CREATE_SCHEDULE = {
  method: "POST",
  path: "/api/v1/schedules",
  access: "write",
  id: "createSchedule",
  tag: "schedules",
  summary: "Create a schedule",
  description: "Exactly one of cron, every and at determines when it fires.",
  body: NEW_SCHEDULE,
  bodyExample: {
    name: "nightly",
    task: "addition",
    cron: "0 2 * * *",
    timezone: "Europe/Berlin",
    input: { num1: 1, num2: 2 },
  },
  responses: {
    201: { description: "The schedule was created.", schema: "Schedule", location: "Path of the schedule." },
  },
  problems: [404, 409, 422],
} as const;

const LIST_SCHEDULES = {
  method: "GET",
  path: "/api/v1/schedules",
  access: "read",
  id: "listSchedules",
  tag: "schedules",
  summary: "List schedules",
  description: "Returns the schedules that match all filters, newest first.",
  query: {
    type: "object",
    properties: {
      ...LIST_PARAMETERS,
      sort: {
        enum: ["created", "name", "next"],
        default: "created",
        description: "The value that determines the order. `next` is the next firing; schedules without one come last.",
      },
      task: { type: "string", description: "Label, uuid or id of a task." },
      enabled: { type: "boolean", description: "Only enabled schedules, or only disabled ones." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "SchedulePage" } },
  problems: [404],
} as const;

const GET_SCHEDULE = {
  ...ONE,
  method: "GET",
  path: "/api/v1/schedules/:id",
  access: "read",
  id: "getSchedule",
  summary: "Get a schedule",
  description: "Returns the schedule with its plan and its next firing.",
  responses: { 200: { description: "The schedule.", schema: "Schedule" } },
} as const;

const CHANGE_SCHEDULE = {
  ...ONE,
  method: "PATCH",
  path: "/api/v1/schedules/:id",
  access: "write",
  id: "changeSchedule",
  summary: "Change members of a schedule",
  description: "A changed plan starts now. null removes version, startAt, endAt, maxRetries and concurrencyKey.",
  body: SCHEDULE_PATCH,
  bodyExample: { every: "5m", overlap: "buffer_one" },
  problems: [404, 409, 422],
  responses: { 200: { description: "The schedule.", schema: "Schedule" } },
} as const;

const REPLACE_SCHEDULE = {
  ...ONE,
  method: "PUT",
  path: "/api/v1/schedules/:id",
  access: "write",
  id: "replaceSchedule",
  summary: "Replace a schedule",
  description: "Omitted members get their defaults. A changed plan starts now; firings and jobs stay.",
  body: SCHEDULE_REPLACEMENT,
  bodyExample: { name: "nightly", task: "addition", every: "5m", input: { num1: 1, num2: 2 } },
  problems: [404, 409, 422],
  responses: { 200: { description: "The schedule.", schema: "Schedule" } },
} as const;

const DELETE_SCHEDULE = {
  ...ONE,
  method: "DELETE",
  path: "/api/v1/schedules/:id",
  access: "write",
  id: "deleteSchedule",
  summary: "Delete a schedule",
  description: "The jobs that the schedule created stay.",
  responses: { 204: { description: "The schedule is deleted." } },
} as const;

const GET_SCHEDULE_BY_NAME = {
  ...NAMED,
  method: "GET",
  access: "read",
  id: "getScheduleByName",
  summary: "Get a schedule by name",
  description: "Returns the schedule with its plan and its next firing.",
  problems: [404],
  responses: { 200: { description: "The schedule.", schema: "Schedule" } },
} as const;

const PUT_SCHEDULE_BY_NAME = {
  ...NAMED,
  method: "PUT",
  access: "write",
  id: "putScheduleByName",
  summary: "Create or replace a schedule by name",
  description: "Omitted members get their defaults. Sending the same request twice results in one schedule.",
  body: NAMED_SCHEDULE,
  bodyExample: { task: "addition", every: "5m", input: { num1: 1, num2: 2 } },
  problems: [404, 409, 422],
  responses: {
    201: { description: "The schedule was created.", schema: "Schedule", location: "Path of the schedule." },
    200: { description: "The schedule was replaced.", schema: "Schedule" },
  },
} as const;

const DELETE_SCHEDULE_BY_NAME = {
  ...NAMED,
  method: "DELETE",
  access: "write",
  id: "deleteScheduleByName",
  summary: "Delete a schedule by name",
  description: "The jobs that the schedule created stay.",
  problems: [404],
  responses: { 204: { description: "The schedule is deleted." } },
} as const;

/** Routes that create, list, change and delete schedules. */
export function scheduleRoutes({ schedules, tasks }: Pick<Services, "schedules" | "tasks">): Route[] {
  const view = async (schedule: Schedule) => scheduleView(schedule, await tasks.ofItem(schedule));
  return [
    defineRoute({
      ...CREATE_SCHEDULE,
      async handle({ body }) {
        const schedule = await schedules.create(body, "");
        return json(await view(schedule), 201, { location: `/api/v1/schedules/${schedule.id}` });
      },
    }),
    defineRoute({
      ...LIST_SCHEDULES,
      async handle({ query }) {
        const { task, enabled, ...page } = query;
        const reference = task === undefined ? undefined : taskReference(task);
        const { items, nextCursor } = await schedules.list(defined({ task: reference, enabled }), pageOf(page));
        const found = await tasks.ofItems(items);
        return json({ items: items.map((one) => scheduleView(one, found.get(one.taskId))), nextCursor });
      },
    }),
    defineRoute({
      ...GET_SCHEDULE,
      handle: async ({ params }) => json(await view(await schedules.get(scheduleReference(params.id)))),
    }),
    defineRoute({
      ...CHANGE_SCHEDULE,
      handle: async ({ params, body }) =>
        json(await view(await schedules.update(scheduleReference(params.id), body, ""))),
    }),
    defineRoute({
      ...REPLACE_SCHEDULE,
      handle: async ({ params, body }) =>
        json(await view(await schedules.replace(scheduleReference(params.id), body, ""))),
    }),
    defineRoute({
      ...DELETE_SCHEDULE,
      async handle({ params }) {
        await schedules.delete(scheduleReference(params.id));
        return noContent();
      },
    }),
  ];
}

/** Routes of schedules by name. Unlike `:id`, they also accept names that consist of digits. */
export function namedScheduleRoutes({ schedules, tasks }: Pick<Services, "schedules" | "tasks">): Route[] {
  const view = async (schedule: Schedule) => scheduleView(schedule, await tasks.ofItem(schedule));
  return [
    defineRoute({
      ...GET_SCHEDULE_BY_NAME,
      handle: async ({ params }) => json(await view(await schedules.get(params.name))),
    }),
    defineRoute({
      ...PUT_SCHEDULE_BY_NAME,
      async handle({ params, body }) {
        const { schedule, created } = await schedules.put(params.name, body, "");
        const location = { location: `/api/v1/schedules/${schedule.id}` };
        return created ? json(await view(schedule), 201, location) : json(await view(schedule));
      },
    }),
    defineRoute({
      ...DELETE_SCHEDULE_BY_NAME,
      async handle({ params }) {
        await schedules.delete(params.name);
        return noContent();
      },
    }),
  ];
}
