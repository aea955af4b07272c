import type { NewJob } from "../../domain/job.ts";
import { createBreather } from "../../lib/breather.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import type { ApiDependencies } from "../dependencies.ts";
import { json } from "../http/answers.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { makeJob } from "../make-job.ts";
import { createJobPreparation } from "../prepare-job.ts";
import { jobView } from "../views/job-view.ts";
import { createBadJobs, MAX_BAD_JOBS } from "./bad-jobs.ts";
import { NEW_JOB, NEW_JOBS } from "./job-schemas.ts";

const ADDITION = { task: "addition", input: { num1: 5, num2: 10 } };

/** Routes that make jobs. */
export function jobCreationRoutes(
  deps: Pick<ApiDependencies, "store" | "queue" | "registry" | "settings" | "checks">,
): Route[] {
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
        201: { description: "It was created.", schema: "Job", location: "Path of the job." },
        200: {
          description: "A job with the idempotency key or the unique key exists already.",
          schema: "Job",
          location: "Path of the job.",
        },
      },
      problems: [404, 409, 413, 422],
      async handle({ body }) {
        const { job, created, task } = await makeJob(deps, body, () => createJobPreparation(deps)(body, ""));
        return json(jobView(job, task), created ? 201 : 200, { location: `/api/v1/jobs/${job.id}` });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/jobs/batch",
      id: "createJobs",
      tag: "jobs",
      summary: "Make up to 10,000 jobs, all or none",
      description:
        "When jobs are wrong nothing is made, and `errors` has a pointer for each place in each of them (1,000 at most). " +
        "`data.badJobs` lists the wrong ones with their codes; status and code are those of the first.",
      body: NEW_JOBS,
      bodyExample: { jobs: [ADDITION, { ...ADDITION, runAt: "2027-01-01T00:00:00Z" }] },
      answers: { 201: { description: "All jobs were created, in this order.", schema: "JobBatch" } },
      problems: [404, 409, 413, 422],
      async handle({ body }) {
        const prepare = createJobPreparation(deps);
        const breathe = createBreather();
        const bad = createBadJobs(body.jobs.length);
        const jobs: NewJob[] = [];
        for (const [index, request] of body.jobs.entries()) {
          try {
            const { job } = await prepare(request, `/jobs/${index}`);
            deps.queue.check([job]);
            jobs.push(job);
          } catch (error) {
            bad.add(index, error);
            if (bad.count === MAX_BAD_JOBS) break;
          }
          await breathe();
        }
        bad.throwIfAny();
        return json(batchView(await deps.queue.enqueue(jobs)), 201);
      },
    }),
  ];
}

/** Short: what was sent is not sent back ten thousand times. */
function batchView(enqueued: readonly EnqueuedJob[]) {
  const jobs = enqueued.map(({ job: { id, status }, created }) => ({ id, status, created }));
  return { jobs, created: jobs.filter(({ created }) => created).length };
}
