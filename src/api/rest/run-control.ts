import type { ExecutionDetail } from "../../domain/execution-record.ts";
import type { Job } from "../../domain/job.ts";
import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { jobView } from "../resources/job.ts";
import { FORK_REQUEST, RESUME } from "../resources/run-requests.ts";
import { ID_PARAMETER } from "./list-query.ts";
import { createShownExecutions, createShownJobs } from "./shown-jobs.ts";

const CHANGE = { method: "POST", access: "write", params: ID_PARAMETER, problems: [404, 409] } as const;
const OF_JOB = { ...CHANGE, tag: "jobs", responses: { 200: { description: "The job.", schema: "Job" } } } as const;
const OF_EXECUTION = {
  ...CHANGE,
  tag: "executions",
  responses: { 200: { description: "The execution.", schema: "ExecutionDetail" } },
} as const;

const KILLED =
  "Ends it at once: neither `catch` nor `finally` of the task runs. What its run has started and not detached is cancelled.";
const PAUSED =
  "A waiting job does not start, and a run that sleeps does not wake. A run that is at work goes to sleep as soon as it only waits for durable operations. An execution without a run can't be paused while it runs.";
const RESUMED =
  "A paused job goes on. A failed one continues from the steps that failed, in another execution: what its run has recorded is not done again. `version` is the exact version that runs from now on.";

const RESUMING = { body: RESUME, bodyRequired: false, bodyExample: { version: "1.1.0" } } as const;

const KILL_JOB = {
  ...OF_JOB,
  path: "/api/v1/jobs/:id/kill",
  id: "killJob",
  summary: "Cancel a job at once, without clean-up",
  description: KILLED,
} as const;

const PAUSE_JOB = {
  ...OF_JOB,
  path: "/api/v1/jobs/:id/pause",
  id: "pauseJob",
  summary: "Pause a waiting job, or the run of one",
  description: PAUSED,
} as const;

const RESUME_JOB = {
  ...OF_JOB,
  ...RESUMING,
  path: "/api/v1/jobs/:id/resume",
  id: "resumeJob",
  summary: "Let a paused or failed job go on",
  description: RESUMED,
} as const;

const KILL_EXECUTION = {
  ...OF_EXECUTION,
  path: "/api/v1/executions/:id/kill",
  id: "killExecution",
  summary: "Cancel an execution and its job at once, without clean-up",
  description: KILLED,
} as const;

const PAUSE_EXECUTION = {
  ...OF_EXECUTION,
  path: "/api/v1/executions/:id/pause",
  id: "pauseExecution",
  summary: "Pause an execution and its job",
  description: PAUSED,
} as const;

const RESUME_EXECUTION = {
  ...OF_EXECUTION,
  ...RESUMING,
  path: "/api/v1/executions/:id/resume",
  id: "resumeExecution",
  summary: "Let the job of a paused or failed execution go on",
  description: RESUMED,
  responses: { 200: { description: "The job that goes on.", schema: "Job" } },
} as const;

const FORK_EXECUTION = {
  ...OF_EXECUTION,
  path: "/api/v1/executions/:id/fork",
  id: "forkExecution",
  summary: "Do a finished run again from one of its steps, as another job",
  description:
    "Steps that do not follow `from` keep their results, whatever the input is: in a workflow those that do not depend on it, in a task that is code everything before it. `warnings` name the steps that are done again although nothing says that they may be: those without a `retry` of their own. 422 `UNKNOWN_STEP` if there is no such step.",
  body: FORK_REQUEST,
  bodyExample: { from: "charge", input: { amount: 5 } },
  problems: [404, 409, 413, 422],
  responses: { 201: { description: "The job was created.", schema: "ForkedJob", location: "Path of the job." } },
} as const;

type Controls = Pick<Services, "jobs" | "executions" | "tasks" | "runs">;

/** Routes that end runs at once, hold them and let them go on. */
export function runControlRoutes({ jobs, executions, ...others }: Controls): Route[] {
  const shownJobs = createShownJobs(others);
  const shownExecutions = createShownExecutions(others);
  const jobReply = async (job: Job) => json(await shownJobs.one(job));
  const executionReply = async (execution: ExecutionDetail) => json(await shownExecutions.detail(execution));
  return [
    defineRoute({ ...KILL_JOB, handle: async ({ params: { id } }) => jobReply(await jobs.kill(id)) }),
    defineRoute({ ...PAUSE_JOB, handle: async ({ params: { id } }) => jobReply(await jobs.pause(id)) }),
    defineRoute({
      ...RESUME_JOB,
      handle: async ({ params: { id }, body }) => jobReply(await jobs.resume(id, body, "")),
    }),
    defineRoute({
      ...KILL_EXECUTION,
      handle: async ({ params: { id } }) => executionReply(await executions.kill(id)),
    }),
    defineRoute({
      ...PAUSE_EXECUTION,
      handle: async ({ params: { id } }) => executionReply(await executions.pause(id)),
    }),
    defineRoute({
      ...FORK_EXECUTION,
      async handle({ params: { id }, body }) {
        const { job, task, warnings } = await others.runs.fork(id, body, "");
        return json({ ...jobView(job, task), warnings }, 201, { location: `/api/v1/jobs/${job.id}` });
      },
    }),
    defineRoute({
      ...RESUME_EXECUTION,
      handle: async ({ params: { id }, body }) => jobReply(await executions.resume(id, body, "")),
    }),
  ];
}
