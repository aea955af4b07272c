import { defined } from "../../lib/defined.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { taskDetailView, taskView, versionView } from "../resources/task.ts";
import { LIST_PARAMETERS, pageOf, TASK_PARAMETER } from "./list-query.ts";

const ONE = { tag: "tasks", params: TASK_PARAMETER, problems: [404] } as const;
const VERSION = { type: "string", maxLength: 256, description: "Exact version; the newest when absent." } as const;

/** Routes of tasks. */
export function taskRoutes({ tasks, executions }: Pick<Services, "tasks" | "executions">): Route[] {
  const detail = async (task: TaskRecord) =>
    taskDetailView(task, tasks.availableVersions(task), await tasks.contract(task));
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/tasks",
      access: "read",
      id: "listTasks",
      tag: "tasks",
      summary: "List tasks",
      description: "Returns the tasks that match all filters, newest first.",
      query: {
        type: "object",
        properties: {
          ...LIST_PARAMETERS,
          sort: {
            enum: ["created", "label", "updated"],
            default: "created",
            description: "What the list is ordered by.",
          },
          enabled: { type: "boolean", description: "Only enabled tasks, or only disabled ones." },
          source: { type: "string", description: "Only tasks of the registry source with this name." },
          inSync: { type: "boolean", description: "Only tasks that a source still has, or only those that none has." },
        },
        additionalProperties: false,
      },
      responses: { 200: { description: "A page of the list.", schema: "TaskPage" } },
      async handle({ query }) {
        const { enabled, source, inSync, ...page } = query;
        const { items, nextCursor } = await tasks.list(defined({ enabled, source, inSync }), pageOf(page));
        return json({ items: items.map(taskView), nextCursor });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/tasks/:task",
      access: "read",
      id: "getTask",
      summary: "One task, with its versions, schemas and limits",
      description:
        "The task is named by its label, uuid or id. Schemas and limits are null while no source can provide the task.",
      responses: { 200: { description: "The task.", schema: "TaskDetail" } },
      handle: async ({ params }) => json(await detail(await tasks.get(taskReference(params.task)))),
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/tasks/:task/source",
      access: "read",
      id: "getTaskSource",
      summary: "The text of a task's program",
      description: "Returns main.js or main.ts as it was written.",
      query: { type: "object", properties: { version: VERSION }, additionalProperties: false },
      problems: [404, 422],
      responses: {
        200: {
          description: "The program file.",
          contentType: "text/plain",
          example: "({ num1, num2 }) => ({ sum: num1 + num2 })\n",
        },
      },
      async handle({ params, query: { version } }) {
        const { file, text } = await tasks.programText(taskReference(params.task), version);
        return new Response(text, {
          headers: {
            "content-type": "text/plain; charset=utf-8",
            "content-disposition": `inline; filename="${file}"`,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
          },
        });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/tasks/:task/versions",
      access: "read",
      id: "listTaskVersions",
      summary: "All versions of a task that were ever seen, newest first",
      description: "Versions that no source has any more are listed as not available.",
      responses: { 200: { description: "The versions.", schema: "VersionPage" } },
      async handle({ params }) {
        const versions = await tasks.versions(taskReference(params.task));
        return json({ items: versions.map(versionView), nextCursor: null });
      },
    }),
    defineRoute({
      ...ONE,
      method: "PATCH",
      path: "/api/v1/tasks/:task",
      access: "admin",
      id: "changeTask",
      summary: "Enable or disable a task",
      description: "A disabled task takes no new jobs, and those it has wait.",
      body: {
        type: "object",
        properties: {
          enabled: { type: "boolean", description: "Whether the task takes new jobs and runs those it has." },
        },
        required: ["enabled"],
        additionalProperties: false,
      },
      bodyExample: { enabled: false },
      responses: { 200: { description: "The task.", schema: "TaskDetail" } },
      handle: async ({ params, body }) =>
        json(await detail(await tasks.setEnabled(taskReference(params.task), body.enabled))),
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/tasks/:task/validate",
      access: "read",
      id: "validateTask",
      summary: "Check a task's program, schemas and tests; and an input, when one is sent",
      description: "Nothing is run and nothing is changed.",
      body: {
        type: "object",
        properties: { version: VERSION, input: { description: "Checked against the task's input schema." } },
        additionalProperties: false,
      },
      bodyRequired: false,
      bodyExample: { input: { num1: 5, num2: 10 } },
      problems: [404, 422],
      responses: { 200: { description: "What the check found.", schema: "Validation" } },
      handle: async ({ params, body }) => json(await tasks.validate(taskReference(params.task), body, "/input")),
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/tasks/:task/execute",
      access: "write",
      id: "executeTask",
      summary: "Run a task now and wait for its output",
      description: "Responds 200 also when the task fails: `status` and `error` say so. Nothing is retried.",
      body: {
        type: "object",
        properties: {
          version: VERSION,
          input: { description: "The value that the task receives, checked against its input schema; {} when absent." },
        },
        additionalProperties: false,
      },
      bodyRequired: false,
      bodyExample: { input: { num1: 5, num2: 10 } },
      problems: [404, 409, 413, 422],
      responses: { 200: { description: "How the execution ended.", schema: "DirectResult" } },
      handle: async ({ params, body, signal }) =>
        json(await executions.run({ ...body, task: taskReference(params.task) }, "/input", signal)),
    }),
  ];
}
