import { EXECUTION_STATUSES } from "../../domain/execution-record.ts";
import { defined } from "../../lib/defined.ts";
import { USUAL_LOG_LINES } from "../../service/executions/execution-service.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import { compressedJson } from "../http/compressed-json.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { logView } from "../resources/execution.ts";
import { traceView } from "../resources/trace.ts";
import { ID_PARAMETER, LIST_PARAMETERS, pageOf, TIME_PARAMETERS } from "./list-query.ts";
import { createShownExecutions, createShownJobs } from "./shown-jobs.ts";

const ONE = { tag: "executions", params: ID_PARAMETER, problems: [404] } as const;

const LIST_EXECUTIONS = {
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
} as const;

const GET_EXECUTION = {
  ...ONE,
  method: "GET",
  path: "/api/v1/executions/:id",
  access: "read",
  id: "getExecution",
  summary: "Get an execution with its input and output",
  description: "Returns the execution with its input, its output and its error.",
  responses: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
} as const;

const GET_EXECUTION_LOGS = {
  ...ONE,
  method: "GET",
  path: "/api/v1/executions/:id/logs",
  access: "read",
  id: "getExecutionLogs",
  summary: "List the console lines of an execution, in order",
  description: "Returns the stored console lines in the order in which the task wrote them.",
  query: {
    type: "object",
    properties: {
      limit: {
        type: "integer",
        minimum: 1,
        maximum: MAX_PAGE_SIZE,
        default: USUAL_LOG_LINES,
        description: "Maximum number of lines.",
      },
      cursor: { type: "string", pattern: "^\\d{1,15}$", description: "nextCursor of the previous page." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "LogPage" } },
} as const;

const GET_EXECUTION_LEDGER = {
  ...ONE,
  method: "GET",
  path: "/api/v1/executions/:id/ledger",
  access: "read",
  id: "getExecutionLedger",
  summary: "Get what an execution touched",
  description:
    "Returns the origins that the execution called, the secrets and tasks that it used, and its time and memory. The ledger is complete once the execution has ended.",
  responses: { 200: { description: "The ledger.", schema: "Ledger" } },
} as const;

const GET_EXECUTION_TRACE = {
  ...ONE,
  method: "GET",
  path: "/api/v1/executions/:id/trace",
  access: "read",
  id: "getExecutionTrace",
  summary: "Get the trace of an execution",
  description:
    "Returns the spans of the execution: request, enqueue, wait, attempt, validation, run, and each fetch. They are complete once the execution has ended.",
  responses: { 200: { description: "The trace.", schema: "Trace" } },
} as const;

const CANCEL_EXECUTION = {
  ...ONE,
  method: "POST",
  path: "/api/v1/executions/:id/cancel",
  access: "write",
  id: "cancelExecution",
  summary: "Cancel a running execution, and its job",
  description:
    "An execution of a job is cancelled together with the job. A direct execution is cancelled by the server that runs it.",
  problems: [404, 409],
  responses: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
} as const;

const RETRY_EXECUTION = {
  ...ONE,
  method: "POST",
  path: "/api/v1/executions/:id/retry",
  access: "write",
  id: "retryExecution",
  summary: "Run an execution again",
  description: "Requeues the job of the execution. For a direct execution, creates a job with the same input.",
  problems: [404, 409],
  responses: { 200: { description: "The job that runs it.", schema: "Job" } },
} as const;

/** Routes of executions. */
export function executionRoutes({ executions, ...others }: Pick<Services, "executions" | "tasks" | "runs">): Route[] {
  const { detail, many } = createShownExecutions(others);
  const shownJobs = createShownJobs(others);
  return [
    defineRoute({
      ...LIST_EXECUTIONS,
      async handle({ request, query }) {
        const { limit, cursor, order, task, ...rest } = query;
        const conditions = { ...rest, ...defined({ task: task === undefined ? undefined : taskReference(task) }) };
        const { items, nextCursor } = await executions.list(conditions, pageOf({ limit, cursor, order }), "");
        return compressedJson({ items: await many(items), nextCursor }, request);
      },
    }),
    defineRoute({
      ...GET_EXECUTION,
      handle: async ({ params: { id } }) => json(await detail(await executions.get(id))),
    }),
    defineRoute({
      ...GET_EXECUTION_LOGS,
      async handle({ params: { id }, query: { limit, cursor } }) {
        const after = cursor === undefined ? undefined : Number(cursor);
        const { items, next } = await executions.logs(id, limit, after);
        return json({ items: items.map(logView), nextCursor: next === null ? null : String(next) });
      },
    }),
    defineRoute({
      ...GET_EXECUTION_LEDGER,
      handle: async ({ params: { id } }) => json(await executions.ledger(id)),
    }),
    defineRoute({
      ...GET_EXECUTION_TRACE,
      handle: async ({ params: { id } }) => json(traceView(await executions.trace(id))),
    }),
    defineRoute({
      ...CANCEL_EXECUTION,
      handle: async ({ params: { id } }) => json(await detail(await executions.cancel(id))),
    }),
    defineRoute({
      ...RETRY_EXECUTION,
      async handle({ params: { id } }) {
        return json(await shownJobs.one(await executions.retry(id)));
      },
    }),
  ];
}
