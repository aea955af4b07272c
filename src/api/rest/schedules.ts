import { RatchetError } from "../../domain/errors.ts";
import type { Schedule } from "../../domain/schedule.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { findTask, taskReference, tasksById } from "../find-task.ts";
import { json, noContent } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { newSchedule, schedulePatch, scheduleReplacement } from "../schedule-request.ts";
import { scheduleView } from "../views/schedule-view.ts";
import { ID_PARAMETER, LIST_PARAMETERS, pageOf } from "./list-query.ts";
import { NEW_SCHEDULE, SCHEDULE_PATCH, SCHEDULE_REPLACEMENT } from "./schedule-schemas.ts";

const ONE = { tag: "schedules", params: ID_PARAMETER, problems: [404] } as const;

/** Routes that make, list, change and delete schedules. */
export function scheduleRoutes(
  deps: Pick<ApiDependencies, "store" | "scheduler" | "registry" | "settings" | "checks">,
): Route[] {
  const { store, scheduler } = deps;
  const view = async (schedule: Schedule) => scheduleView(schedule, await store.tasks.get(schedule.taskId));
  return [
    defineRoute({
      method: "POST",
      path: "/api/v1/schedules",
      id: "createSchedule",
      tag: "schedules",
      summary: "Make a schedule",
      description: "Exactly one of cron, every and at says when it fires.",
      body: NEW_SCHEDULE,
      bodyExample: {
        name: "nightly",
        task: "addition",
        cron: "0 2 * * *",
        timezone: "Europe/Berlin",
        input: { num1: 1, num2: 2 },
      },
      answers: { 201: { description: "It was created.", schema: "Schedule", location: "Path of the schedule." } },
      problems: [404, 409, 422],
      async handle({ body }) {
        const schedule = await scheduler.create(await newSchedule(deps, body));
        return json(await view(schedule), 201, { location: `/api/v1/schedules/${schedule.id}` });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/v1/schedules",
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
            description: "`next`: by the next firing; those that have none are taken to be last.",
          },
          task: { type: "string", description: "Label, uuid or id of a task." },
          enabled: { type: "boolean", description: "Only enabled schedules, or only disabled ones." },
        },
        additionalProperties: false,
      },
      answers: { 200: { description: "A page of the list.", schema: "SchedulePage" } },
      problems: [404],
      async handle({ query }) {
        const { task, enabled, sort } = query;
        const filter = {
          ...(enabled === undefined ? {} : { enabled }),
          ...(task === undefined ? {} : { taskId: (await findTask(store.tasks, taskReference(task))).id }),
        };
        const page = await store.schedules.list(filter, {
          ...pageOf(query),
          ...(sort === undefined ? {} : { sort }),
        });
        const tasks = await tasksById(
          store.tasks,
          page.items.map((schedule) => schedule.taskId),
        );
        const items = page.items.map((schedule) => scheduleView(schedule, tasks.get(schedule.taskId)));
        return json({ items, nextCursor: page.nextCursor });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/schedules/:id",
      id: "getSchedule",
      summary: "One schedule",
      description: "Returns the schedule with its plan and its next firing.",
      answers: { 200: { description: "The schedule.", schema: "Schedule" } },
      handle: async ({ params }) => json(await view(await findSchedule(deps, params.id))),
    }),
    defineRoute({
      ...ONE,
      method: "PATCH",
      path: "/api/v1/schedules/:id",
      id: "changeSchedule",
      summary: "Change what is named of a schedule",
      description: "A changed plan begins now; null removes startAt, endAt and version.",
      body: SCHEDULE_PATCH,
      bodyExample: { every: "5m", overlap: "buffer_one" },
      problems: [404, 409, 422],
      answers: { 200: { description: "The schedule.", schema: "Schedule" } },
      async handle({ params, body }) {
        const patch = await schedulePatch(deps, await findSchedule(deps, params.id), body);
        return json(await view(await scheduler.update(params.id, patch)));
      },
    }),
    defineRoute({
      ...ONE,
      method: "PUT",
      path: "/api/v1/schedules/:id",
      id: "replaceSchedule",
      summary: "Replace a schedule",
      description: "What is left out goes back to its default. A changed plan begins now; firings and jobs stay.",
      body: SCHEDULE_REPLACEMENT,
      bodyExample: { name: "nightly", task: "addition", every: "5m", input: { num1: 1, num2: 2 } },
      problems: [404, 409, 422],
      answers: { 200: { description: "The schedule.", schema: "Schedule" } },
      async handle({ params, body }) {
        await findSchedule(deps, params.id);
        return json(await view(await scheduler.update(params.id, await scheduleReplacement(deps, body))));
      },
    }),
    defineRoute({
      ...ONE,
      method: "DELETE",
      path: "/api/v1/schedules/:id",
      id: "deleteSchedule",
      summary: "Delete a schedule; its jobs stay",
      description: "Jobs that the schedule created are not changed.",
      answers: { 204: { description: "The schedule is deleted." } },
      async handle({ params }) {
        await scheduler.delete(params.id);
        return noContent();
      },
    }),
  ];
}

/** @throws {RatchetError} SCHEDULE_NOT_FOUND */
export async function findSchedule({ store }: Pick<ApiDependencies, "store">, id: number): Promise<Schedule> {
  const schedule = await store.schedules.get(id);
  if (schedule !== undefined) return schedule;
  throw new RatchetError("SCHEDULE_NOT_FOUND", `There is no schedule ${id}.`, {
    data: { scheduleId: id },
    remedy: "GET /api/v1/schedules lists those there are.",
  });
}
