import { RatchetError } from "../../domain/errors.ts";
import type { Job } from "../../domain/job.ts";
import type { JobFilter } from "../../store/contract/jobs.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { findTask, type TaskReference, taskReference, tasksById } from "../find-task.ts";
import { json } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { timeTextOrNull } from "../http/time.ts";
import { jobView } from "../views/job-view.ts";
import { storedValueOrNull } from "../views/stored-json.ts";
import { BULK, JOB_STATUS } from "./job-schemas.ts";
import { ID_PARAMETER, LIST_PARAMETERS, pageOf, TIME_PARAMETERS, timesOf } from "./list-query.ts";

const ONE = { tag: "jobs", params: ID_PARAMETER, problems: [404] } as const;

/** Routes that look at jobs and change them. */
export function jobRoutes(deps: Pick<ApiDependencies, "store" | "queue">): Route[] {
  const { store, queue } = deps;
  const view = async (job: Job) => jobView(job, await store.tasks.get(job.taskId));
  return [
    defineRoute({
      method: "GET",
      path: "/api/v1/jobs",
      id: "listJobs",
      tag: "jobs",
      summary: "List jobs",
      description: "Returns the jobs that match all filters, newest first.",
      query: {
        type: "object",
        properties: {
          ...LIST_PARAMETERS,
          ...TIME_PARAMETERS,
          status: {
            type: "array",
            items: JOB_STATUS,
            description: "Only jobs in one of these statuses, separated by commas.",
          },
          task: { type: "string", description: "Label, uuid or id of a task." },
          scheduleId: { type: "integer", minimum: 1, description: "Only jobs that this schedule created." },
        },
        additionalProperties: false,
      },
      answers: { 200: { description: "A page of jobs.", schema: "JobPage" } },
      problems: [404],
      async handle({ query }) {
        const { task, ...rest } = query;
        const reference = task === undefined ? undefined : taskReference(task);
        const filter = await jobFilter(deps, { ...rest, task: reference });
        const page = await store.jobs.list(filter, pageOf(query));
        const tasks = await tasksById(
          store.tasks,
          page.items.map((job) => job.taskId),
        );
        const items = page.items.map((job) => jobView(job, tasks.get(job.taskId)));
        return json({ items, nextCursor: page.nextCursor });
      },
    }),
    defineRoute({
      ...ONE,
      method: "GET",
      path: "/api/v1/jobs/:id",
      id: "getJob",
      summary: "One job, with the output of its latest execution",
      description: "Returns the job, its latest error and, once it is completed, its output.",
      answers: { 200: { description: "The job.", schema: "JobDetail" } },
      async handle({ params: { id } }) {
        const job = await findJob(store.jobs, id);
        const execution = job.executionId === null ? undefined : await store.executions.get(job.executionId);
        const output = job.status === "completed" ? storedValueOrNull(execution?.outputJson ?? null) : null;
        return json({ ...(await view(job)), output });
      },
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/jobs/:id/cancel",
      id: "cancelJob",
      summary: "Cancel a waiting or running job",
      description: "A running job is stopped. A job that has ended can't be cancelled.",
      problems: [404, 409],
      answers: { 200: { description: "The job, now cancelled.", schema: "Job" } },
      handle: async ({ params: { id } }) => json(await view(await queue.cancel(id))),
    }),
    defineRoute({
      ...ONE,
      method: "POST",
      path: "/api/v1/jobs/:id/retry",
      id: "retryJob",
      summary: "Queue a failed or cancelled job anew, with all its retries",
      description:
        "The job keeps its input and gets all its retries back. A job that is unfinished or completed can't be retried.",
      problems: [404, 409],
      answers: { 200: { description: "The job, queued again.", schema: "Job" } },
      handle: async ({ params: { id } }) => json(await view(await queue.retry(id))),
    }),
    ...(["GET", "POST"] as const).map((method) =>
      defineRoute({
        ...ONE,
        method,
        path: "/api/v1/jobs/:id/explain",
        id: method === "GET" ? "explainJob" : "explainJobByPost",
        summary: "Why is this job not running?",
        description: "Names what the job waits for: its time, a pause, a limit, or the jobs before it.",
        answers: { 200: { description: "The reason.", schema: "JobExplanation" } },
        async handle({ params: { id } }) {
          const explanation = await queue.explain(id);
          return json({ jobId: id, ...explanation, until: timeTextOrNull(explanation.until) });
        },
      }),
    ),
    defineRoute({
      method: "POST",
      path: "/api/v1/jobs/bulk",
      id: "bulkJobs",
      tag: "jobs",
      summary: "Cancel or retry all jobs that match",
      description: "Jobs that can't be changed so are passed over. The answer comes when all are done.",
      body: BULK,
      bodyExample: { action: "retry", filter: { status: ["failed"], task: "addition" } },
      answers: { 200: { description: "How many jobs were changed.", schema: "Changed", example: { changed: 12 } } },
      problems: [404],
      async handle({ body }) {
        const filter = await jobFilter(deps, body.filter, "/filter");
        const changed = body.action === "cancel" ? await queue.cancelAll(filter) : await queue.retryAll(filter);
        return json({ changed });
      },
    }),
  ];
}

/** Conditions as callers write them. */
interface AskedFilter {
  status?: JobFilter["status"];
  task?: TaskReference | undefined;
  scheduleId?: number;
  createdFrom?: string | number;
  createdTo?: string | number;
}

async function jobFilter(
  { store }: Pick<ApiDependencies, "store">,
  asked: AskedFilter,
  pointer = "",
): Promise<JobFilter> {
  const { status, task, scheduleId } = asked;
  return {
    ...timesOf(asked, pointer),
    ...(status === undefined ? {} : { status }),
    ...(task === undefined ? {} : { taskId: (await findTask(store.tasks, task)).id }),
    ...(scheduleId === undefined ? {} : { scheduleId }),
  };
}

/** @throws {RatchetError} JOB_NOT_FOUND */
export async function findJob(jobs: Pick<ApiDependencies["store"]["jobs"], "get">, id: number): Promise<Job> {
  const job = await jobs.get(id);
  if (job !== undefined) return job;
  throw new RatchetError("JOB_NOT_FOUND", `There is no job ${id}.`, {
    data: { jobId: id },
    remedy: "List the jobs; finished ones are deleted after their retention time.",
  });
}
