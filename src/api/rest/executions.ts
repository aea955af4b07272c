import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionDetail } from "../../domain/execution-record.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { findTask, taskReference, tasksById } from "../find-task.ts";
import { json } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { executionDetailView, executionView, logView } from "../views/execution-view.ts";
import { jobView } from "../views/job-view.ts";
import { findJob } from "./jobs.ts";
import { ID_PARAMETER, LIST_PARAMETERS, pageOf, TIME_PARAMETERS, timesOf } from "./list-query.ts";

const ONE = { tag: "executions", params: ID_PARAMETER, problems: [404] } as const;
const STATUS = { enum: ["pending", "running", "completed", "failed", "cancelled"] } as const;

/** Routes of executions. */
export function executionRoutes(deps: Pick<ApiDependencies, "store" | "queue" | "direct">): Route[] {
  const { store } = deps;
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/executions",
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
            items: STATUS,
            description: "Only executions in one of these statuses, separated by commas.",
          },
        },
        additionalProperties: false,
      },
      answers: { 200: { description: "A page of the list.", schema: "ExecutionPage" } },
      problems: [404],
      async handle({ query }) {
        const { jobId, task, status } = query;
        const filter = {
          ...timesOf(query),
          ...(jobId === undefined ? {} : { jobId: (await findJob(store.jobs, jobId)).id }),
          ...(status === undefined ? {} : { status }),
          ...(task === undefined ? {} : { taskId: (await findTask(store.tasks, taskReference(task))).id }),
        };
        const page = await store.executions.list(filter, pageOf(query));
        const tasks = await tasksById(
          store.tasks,
          page.items.map((execution) => execution.taskId),
        );
        const items = page.items.map((execution) => executionView(execution, tasks.get(execution.taskId)));
        return json({ items, nextCursor: page.nextCursor });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/executions/:id",
      id: "getExecution",
      summary: "One execution, with input and output",
      description: "Returns the execution with its input, its output and its error.",
      answers: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
      handle: async ({ params: { id } }) => json(await detail(deps, id)),
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/executions/:id/logs",
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
      answers: { 200: { description: "A page of the list.", schema: "LogPage" } },
      async handle({ params: { id }, query: { limit = 100, cursor } }) {
        await find(deps, id);
        const lines = await store.executions.logs(id, limit + 1, cursor === undefined ? undefined : Number(cursor));
        const items = lines.slice(0, limit);
        const last = items.at(-1);
        return json({
          items: items.map(logView),
          nextCursor: lines.length > limit && last !== undefined ? String(last.seq) : null,
        });
      },
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/executions/:id/cancel",
      id: "cancelExecution",
      summary: "Cancel a running execution, and the job it belongs to",
      description:
        "An execution of a job is cancelled with its job. A direct one is cancelled by the server that runs it.",
      problems: [404, 409],
      answers: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
      async handle({ params: { id } }) {
        await cancelExecution(deps, await find(deps, id));
        return json(await detail(deps, id));
      },
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/executions/:id/retry",
      id: "retryExecution",
      summary: "Run it again: its job anew, or for a direct execution a new job with the same input",
      description: "The job of the execution is queued again; for a direct execution a new job is created.",
      problems: [404, 409],
      answers: { 200: { description: "The job that runs it.", schema: "Job" } },
      async handle({ params: { id } }) {
        const job = await retryExecution(deps, await find(deps, id));
        return json(jobView(job, await store.tasks.get(job.taskId)));
      },
    }),
  ];
}

type Needed = Pick<ApiDependencies, "store" | "queue" | "direct">;

async function find({ store }: Needed, id: number): Promise<ExecutionDetail> {
  const execution = await store.executions.get(id);
  if (execution !== undefined) return execution;
  throw noExecution(id);
}

/** @returns the error for an execution that does not exist */
export function noExecution(id: number): RatchetError {
  return new RatchetError("EXECUTION_NOT_FOUND", `There is no execution ${id}.`, {
    data: { executionId: id },
    remedy: "List the executions; they are deleted with their jobs after the retention time.",
  });
}

async function detail(deps: Needed, id: number) {
  const execution = await find(deps, id);
  return executionDetailView(execution, await deps.store.tasks.get(execution.taskId));
}

async function cancelExecution({ queue, direct }: Needed, execution: ExecutionDetail): Promise<void> {
  const { id, jobId, status } = execution;
  if (status === "pending" || status === "running") {
    if (jobId !== null) return void (await queue.cancel(jobId));
    if (direct.cancel(id)) return;
  }
  throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is ${status} and can't be cancelled here.`, {
    data: { executionId: id, status },
    remedy: "Only executions that run can be, and direct ones on the server that runs them.",
  });
}

async function retryExecution({ queue }: Needed, execution: ExecutionDetail) {
  const { id, jobId, taskId, status, version, inputJson } = execution;
  if (jobId !== null) return queue.retry(jobId);
  if (status !== "failed" && status !== "cancelled") {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is ${status} and can't be retried.`, {
      data: { executionId: id, status },
      remedy: "Only failed and cancelled executions can be.",
    });
  }
  const [enqueued] = await queue.enqueue([{ taskId, inputJson, ...(version === null ? {} : { version }) }]);
  if (enqueued === undefined) throw new Error("the queue gave no job");
  return enqueued.job;
}
