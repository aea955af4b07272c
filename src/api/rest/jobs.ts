import type { Job } from "../../domain/job.ts";
import type { JsonValue } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import { timeTextOrNull } from "../../lib/time-text.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { BULK, JOB_CHANGE, JOB_MEMBER_CONDITIONS } from "../resources/job-requests.ts";
import { JOB_STATUS } from "../resources/request-parts.ts";
import { storedValueOrNull } from "../resources/stored-json.ts";
import { ID_PARAMETER, LIST_PARAMETERS, pageOf, TIME_PARAMETERS } from "./list-query.ts";
import { createShownJobs } from "./shown-jobs.ts";

const ONE = { tag: "jobs", params: ID_PARAMETER, problems: [404] } as const;

const EXPLAIN_JOB = {
  ...ONE,
  path: "/api/v1/jobs/:id/explain",
  access: "read",
  summary: "Why is this job not running?",
  description:
    "Says what the job is waiting for: its time, a pause, a limit, or the jobs ahead of it. A caller who is limited to some tasks gets no numbers of what other tasks share.",
  responses: { 200: { description: "The reason.", schema: "JobExplanation" } },
} as const;

const BULK_EXAMPLE: JsonValue = { action: "retry", filter: { status: ["failed"], task: "addition" } };

const LIST_JOBS = {
  method: "GET",
  path: "/api/v1/jobs",
  access: "read",
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
      ...JOB_MEMBER_CONDITIONS,
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of jobs.", schema: "JobPage" } },
  problems: [404],
} as const;

const GET_JOB = {
  ...ONE,
  method: "GET",
  path: "/api/v1/jobs/:id",
  access: "read",
  id: "getJob",
  summary: "Get a job with the output of its latest execution",
  description: "Returns the job, its latest error, and its output once it is completed.",
  responses: { 200: { description: "The job.", schema: "JobDetail" } },
} as const;

const CHANGE_JOB = {
  ...ONE,
  method: "PATCH",
  path: "/api/v1/jobs/:id",
  access: "write",
  id: "changeJob",
  summary: "Change the priority or the time of a waiting job",
  description: "A job that is running or has ended can't be changed.",
  body: JOB_CHANGE,
  bodyExample: { priority: "critical", runAt: "2027-01-01T00:00:00Z" },
  problems: [404, 409],
  responses: { 200: { description: "The job.", schema: "Job" } },
} as const;

const DELETE_JOB = {
  ...ONE,
  method: "DELETE",
  path: "/api/v1/jobs/:id",
  access: "write",
  id: "deleteJob",
  summary: "Delete a finished job, with its executions and their logs",
  description: "An unfinished job must be cancelled first.",
  problems: [404, 409],
  responses: { 204: { description: "The job is deleted." } },
} as const;

const CANCEL_JOB = {
  ...ONE,
  method: "POST",
  path: "/api/v1/jobs/:id/cancel",
  access: "write",
  id: "cancelJob",
  summary: "Cancel a waiting or running job",
  description: "A running job is stopped. A job that has ended can't be cancelled.",
  problems: [404, 409],
  responses: { 200: { description: "The cancelled job.", schema: "Job" } },
} as const;

const RETRY_JOB = {
  ...ONE,
  method: "POST",
  path: "/api/v1/jobs/:id/retry",
  access: "write",
  id: "retryJob",
  summary: "Requeue a failed or cancelled job, with all its retries",
  description:
    "The job keeps its input and gets all its retries back. An unfinished or completed job can't be retried.",
  problems: [404, 409],
  responses: { 200: { description: "The requeued job.", schema: "Job" } },
} as const;

const BULK_JOBS = {
  method: "POST",
  path: "/api/v1/jobs/bulk",
  access: "write",
  id: "bulkJobs",
  tag: "jobs",
  summary: "Cancel or retry all jobs that match",
  description:
    "Jobs that can't be changed this way are skipped. The response is sent when all jobs are changed. `dryRun` only counts them.",
  body: BULK,
  bodyExample: BULK_EXAMPLE,
  responses: {
    200: {
      description: "The number of jobs that were changed, or would be.",
      schema: "Changed",
      example: { changed: 12 },
    },
  },
  problems: [404],
} as const;

/** Routes that read and change jobs. */
export function jobRoutes({ jobs, ...others }: Pick<Services, "jobs" | "tasks" | "runs">): Route[] {
  const shown = createShownJobs(others);
  const view = (job: Job) => shown.one(job);
  const explain = async ({ params: { id } }: { params: { id: number } }) => {
    const explanation = await jobs.explain(id);
    return json({ jobId: id, ...explanation, until: timeTextOrNull(explanation.until) });
  };
  return [
    defineRoute({
      ...LIST_JOBS,
      async handle({ query }) {
        const { limit, cursor, order, task, ...rest } = query;
        const conditions = { ...rest, ...defined({ task: task === undefined ? undefined : taskReference(task) }) };
        const { items, nextCursor } = await jobs.list(conditions, pageOf({ limit, cursor, order }), "");
        return json({ items: await shown.many(items), nextCursor });
      },
    }),
    defineRoute({
      ...GET_JOB,
      async handle({ params: { id } }) {
        const job = await jobs.get(id);
        return json({ ...(await view(job)), output: storedValueOrNull(await jobs.outputOf(job)) });
      },
    }),
    defineRoute({
      ...CHANGE_JOB,
      handle: async ({ params: { id }, body }) => json(await view(await jobs.change(id, body, ""))),
    }),
    defineRoute({
      ...DELETE_JOB,
      async handle({ params: { id } }) {
        await jobs.delete(id);
        return noContent();
      },
    }),
    defineRoute({
      ...CANCEL_JOB,
      handle: async ({ params: { id } }) => json(await view(await jobs.cancel(id))),
    }),
    defineRoute({
      ...RETRY_JOB,
      handle: async ({ params: { id } }) => json(await view(await jobs.retry(id))),
    }),
    defineRoute({ ...EXPLAIN_JOB, method: "GET", id: "explainJob", handle: explain }),
    defineRoute({ ...EXPLAIN_JOB, method: "POST", id: "explainJobByPost", handle: explain }),
    defineRoute({
      ...BULK_JOBS,
      handle: async ({ body }) => json(await jobs.bulk(body, "")),
    }),
  ];
}
