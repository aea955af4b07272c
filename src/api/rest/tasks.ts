import { defined } from "../../lib/defined.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { VERSION as ANY_VERSION } from "../resources/request-parts.ts";
import { taskDetailView, taskView, versionView } from "../resources/task.ts";
import { LIST_PARAMETERS, pageOf, TASK_PARAMETER } from "./list-query.ts";

const ONE = { tag: "tasks", params: TASK_PARAMETER, problems: [404] } as const;
const VERSION = { ...ANY_VERSION, description: "Exact version. Default: the newest." } as const;

const LIST_TASKS = {
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
        description: "The value that determines the order.",
      },
      enabled: { type: "boolean", description: "Only enabled tasks, or only disabled ones." },
      source: { type: "string", description: "Only tasks of the registry source with this name." },
      search: {
        type: "string",
        maxLength: 200,
        description: "Only tasks whose label or description contains this text, in any case.",
      },
      inSync: { type: "boolean", description: "Only tasks that a source still has, or only those that no source has." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "TaskPage" } },
} as const;

const GET_TASK = {
  ...ONE,
  method: "GET",
  path: "/api/v1/tasks/:task",
  access: "read",
  id: "getTask",
  summary: "Get a task with its versions, schemas and limits",
  description:
    "The task is identified by its label, uuid or id. Schemas and limits are null while no source can provide the task.",
  responses: { 200: { description: "The task.", schema: "TaskDetail" } },
} as const;

const GET_TASK_SOURCE = {
  ...ONE,
  method: "GET",
  path: "/api/v1/tasks/:task/source",
  access: "read",
  id: "getTaskSource",
  summary: "Get the text of a task's program",
  description: "Returns main.js, main.ts or workflow.yaml as it was written.",
  query: { type: "object", properties: { version: VERSION }, additionalProperties: false },
  problems: [404, 422],
  responses: {
    200: {
      description: "The program file.",
      contentType: "text/plain",
      example: "({ num1, num2 }) => ({ sum: num1 + num2 })\n",
    },
  },
} as const;

const LIST_TASK_VERSIONS = {
  ...ONE,
  method: "GET",
  path: "/api/v1/tasks/:task/versions",
  access: "read",
  id: "listTaskVersions",
  summary: "List all known versions of a task, newest first",
  description:
    "Versions that no source has any more are included, as not available. `unfinished` says who still runs on each.",
  responses: { 200: { description: "The versions.", schema: "VersionPage" } },
} as const;

const CHANGE_TASK = {
  ...ONE,
  method: "PATCH",
  path: "/api/v1/tasks/:task",
  access: "admin",
  allTasks: false,
  id: "changeTask",
  summary: "Enable or disable a task",
  description: "A disabled task accepts no new jobs, and its jobs wait.",
  body: {
    type: "object",
    properties: {
      enabled: { type: "boolean", description: "Whether the task accepts new jobs and runs its jobs." },
    },
    required: ["enabled"],
    additionalProperties: false,
  },
  bodyExample: { enabled: false },
  responses: { 200: { description: "The task.", schema: "TaskDetail" } },
} as const;

const VALIDATE_TASK = {
  ...ONE,
  method: "POST",
  path: "/api/v1/tasks/:task/validate",
  access: "read",
  id: "validateTask",
  summary: "Check a task's program, schemas and tests, and optionally an input",
  description: "Runs nothing and changes nothing.",
  body: {
    type: "object",
    properties: { version: VERSION, input: { description: "Checked against the task's input schema." } },
    additionalProperties: false,
  },
  bodyRequired: false,
  bodyExample: { input: { num1: 5, num2: 10 } },
  problems: [404, 422],
  responses: { 200: { description: "The result of the check.", schema: "Validation" } },
} as const;

const EXECUTE_TASK = {
  ...ONE,
  method: "POST",
  path: "/api/v1/tasks/:task/execute",
  access: "write",
  id: "executeTask",
  summary: "Run a task now and wait for its output",
  description: "Responds with 200 even if the task fails, which `status` and `error` show. Nothing is retried.",
  body: {
    type: "object",
    properties: {
      version: VERSION,
      input: { description: "The value that the task receives, checked against its input schema. Default: {}." },
    },
    additionalProperties: false,
  },
  bodyRequired: false,
  bodyExample: { input: { num1: 5, num2: 10 } },
  problems: [404, 409, 413, 422],
  responses: { 200: { description: "The result of the execution.", schema: "DirectResult" } },
} as const;

/** Routes of tasks. */
export function taskRoutes({ tasks, executions }: Pick<Services, "tasks" | "executions">): Route[] {
  const detail = async (task: TaskRecord) =>
    taskDetailView(task, tasks.availableVersions(task), await tasks.contract(task));
  return [
    defineRoute({
      ...LIST_TASKS,
      async handle({ query }) {
        const { enabled, source, inSync, search, ...page } = query;
        const { items, nextCursor } = await tasks.list(defined({ enabled, source, inSync, search }), pageOf(page));
        return json({ items: items.map(taskView), nextCursor });
      },
    }),
    defineRoute({
      ...GET_TASK,
      handle: async ({ params }) => json(await detail(await tasks.get(taskReference(params.task)))),
    }),
    defineRoute({
      ...GET_TASK_SOURCE,
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
      ...LIST_TASK_VERSIONS,
      async handle({ params }) {
        const versions = await tasks.versions(taskReference(params.task));
        return json({ items: versions.map(versionView), nextCursor: null });
      },
    }),
    defineRoute({
      ...CHANGE_TASK,
      handle: async ({ params, body }) =>
        json(await detail(await tasks.setEnabled(taskReference(params.task), body.enabled))),
    }),
    defineRoute({
      ...VALIDATE_TASK,
      handle: async ({ params, body }) => json(await tasks.validate(taskReference(params.task), body, "/input")),
    }),
    defineRoute({
      ...EXECUTE_TASK,
      handle: async ({ params, body, signal }) =>
        json(await executions.run({ ...body, task: taskReference(params.task) }, "/input", signal)),
    }),
  ];
}
