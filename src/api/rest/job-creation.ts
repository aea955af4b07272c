import type { Job } from "../../domain/job.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { findTask } from "../find-task.ts";
import { json } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { createJobPreparation, givenInput, type JobRequest } from "../prepare-job.ts";
import { jobView } from "../views/job-view.ts";
import { NEW_JOB, NEW_JOBS } from "./job-schemas.ts";

const ADDITION = { task: "addition", input: { num1: 5, num2: 10 } };

/** Routes that make jobs. */
export function jobCreationRoutes(deps: Pick<ApiDependencies, "store" | "queue" | "registry" | "settings">): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/v1/jobs",
      id: "createJob",
      tag: "jobs",
      summary: "Make a job",
      description: "The job is on the disk when the answer comes. An idempotency key again answers 200 with its job.",
      body: NEW_JOB,
      bodyExample: { ...ADDITION, priority: "high", idempotencyKey: "order-17" },
      answers: {
        201: { description: "Made", schema: "Job", location: "The job" },
        200: {
          description: "A job with the idempotency key or the unique key is there",
          schema: "Job",
          location: "That job",
        },
      },
      problems: [404, 409, 413, 422],
      async handle({ body }) {
        try {
          const { job, task } = await createJobPreparation(deps)(body, "");
          const [enqueued] = await deps.queue.enqueue([job]);
          if (enqueued === undefined) throw new Error("the queue gave no job");
          return answer(enqueued, task);
        } catch (error) {
          const made = await madeBefore(deps, body);
          if (made === undefined) throw error;
          return answer({ job: made.job, created: false }, made.task);
        }
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/jobs/batch",
      id: "createJobs",
      tag: "jobs",
      summary: "Make up to 10,000 jobs, all or none",
      body: NEW_JOBS,
      bodyExample: { jobs: [ADDITION, { ...ADDITION, runAt: "2027-01-01T00:00:00Z" }] },
      answers: { 201: { description: "All are made, in this order", schema: "JobBatch" } },
      problems: [404, 409, 413, 422],
      async handle({ body }) {
        const prepare = createJobPreparation(deps);
        const jobs = [];
        for (const [index, request] of body.jobs.entries()) jobs.push((await prepare(request, `/jobs/${index}`)).job);
        return json(batchView(await deps.queue.enqueue(jobs)), 201);
      },
    }),
  ];
}

function answer({ job, created }: EnqueuedJob, task: TaskRecord) {
  return json(jobView(job, task), created ? 201 : 200, { location: `/api/v1/jobs/${job.id}` });
}

/**
 * The job that the same request made earlier, under its idempotency key. Its task may have been disabled, changed or taken
 * away since: whoever lost the first answer still learns what became of it.
 */
async function madeBefore(
  { store }: Pick<ApiDependencies, "store">,
  { task: reference, version, input, idempotencyKey }: JobRequest,
): Promise<{ job: Job; task: TaskRecord } | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const job = await store.jobs.byIdempotencyKey(idempotencyKey);
  if (job === undefined) return undefined;
  const task = await findTask(store.tasks, reference);
  const same =
    job.taskId === task.id &&
    job.version === (version ?? null) &&
    Bun.deepEquals(JSON.parse(job.inputJson), givenInput(input), true);
  return same ? { job, task } : undefined;
}

/** Short: what was sent is not sent back ten thousand times. */
function batchView(enqueued: readonly EnqueuedJob[]) {
  const jobs = enqueued.map(({ job: { id, status }, created }) => ({ id, status, created }));
  return { jobs, created: jobs.filter(({ created }) => created).length };
}
