import { EXECUTION_STATUSES, type ExecutionDetail } from "../../domain/execution-record.ts";
import { defined } from "../../lib/defined.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { executionDetailView, executionView, logView } from "../resources/execution.ts";
import { jobView } from "../resources/job.ts";
import { ID_PARAMETER, LIST_PARAMETERS, pageOf, TIME_PARAMETERS } from "./list-query.ts";

const ONE = { tag: "executions", params: ID_PARAMETER, problems: [404] } as const;

/** Routes of executions. */
export function executionRoutes({ executions, tasks }: Pick<Services, "executions" | "tasks">): Route[] {
  const detail = async (execution: ExecutionDetail) => executionDetailView(execution, await tasks.ofItem(execution));
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/executions",
      access: "read",
      id: "listExecutions",
      tag: "executions",
      summary: "List executions",
      description: "Returns the executions that match all filters, newest first.",
      query: {
        type: "object",
        properties: {
          ...LIST_PARAMETERS,
          ...TIME_PARAMETERS,
          jobId: { type: "integer", minimum: 1, description: "Only executions of this job." },
          task: { type: "string", description: "Label, uuid or id of a task." },
          status: {
            type: "array",
            items: { enum: EXECUTION_STATUSES },
            description: "Only executions in one of these statuses, separated by commas.",
          },
        },
        additionalProperties: false,
      },
      responses: { 200: { description: "A page of the list.", schema: "ExecutionPage" } },
      problems: [404],
      async handle({ query }) {
        const { limit, cursor, order, task, ...rest } = query;
        const conditions = { ...rest, ...defined({ task: task === undefined ? undefined : taskReference(task) }) };
        const { items, nextCursor } = await executions.list(conditions, pageOf({ limit, cursor, order }), "");
        const found = await tasks.ofItems(items);
        return json({ items: items.map((one) => executionView(one, found.get(one.taskId))), nextCursor });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/executions/:id",
      access: "read",
      id: "getExecution",
      summary: "One execution, with input and output",
      description: "Returns the execution with its input, its output and its error.",
      responses: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
      handle: async ({ params: { id } }) => json(await detail(await executions.get(id))),
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/executions/:id/logs",
      access: "read",
      id: "getExecutionLogs",
      summary: "Console lines of an execution, in order",
      description: "Returns the console lines that are kept, in the order in which the task wrote them.",
      query: {
        type: "object",
        properties: {
          limit: { type: "integer", minimum: 1, maximum: 1_000, default: 100, description: "Largest number of lines." },
          cursor: { type: "string", pattern: "^\\d{1,15}$", description: "nextCursor of the page before." },
        },
        additionalProperties: false,
      },
      responses: { 200: { description: "A page of the list.", schema: "LogPage" } },
      async handle({ params: { id }, query: { limit = 100, cursor } }) {
        const after = cursor === undefined ? undefined : Number(cursor);
        const { items, next } = await executions.logs(id, limit, after);
        return json({ items: items.map(logView), nextCursor: next === null ? null : String(next) });
      },
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/executions/:id/cancel",
      access: "write",
      id: "cancelExecution",
      summary: "Cancel a running execution, and the job it belongs to",
      description:
        "An execution of a job is cancelled with its job. A direct one is cancelled by the server that runs it.",
      problems: [404, 409],
      responses: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
      handle: async ({ params: { id } }) => json(await detail(await executions.cancel(id))),
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/executions/:id/retry",
      access: "write",
      id: "retryExecution",
      summary: "Run it again: requeue its job, or create one with the input of a direct execution",
      description: "The job of the execution is queued again; for a direct execution a new job is created.",
      problems: [404, 409],
      responses: { 200: { description: "The job that runs it.", schema: "Job" } },
      async handle({ params: { id } }) {
        const job = await executions.retry(id);
        return json(jobView(job, await tasks.ofItem(job)));
      },
    }),
  ];
}
