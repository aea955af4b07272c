import { RatchetError } from "../../domain/errors.ts";
import type { Services } from "../../service/services.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { jobView, NEW_JOB } from "../resources/job.ts";
import { NEW_JOBS } from "../resources/job-requests.ts";

const ADDITION = { task: "addition", input: { num1: 5, num2: 10 } };

/** Routes that create jobs. */
export function jobCreationRoutes({ jobs }: Pick<Services, "jobs">): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/api/v1/jobs",
      access: "write",
      id: "createJob",
      tag: "jobs",
      summary: "Create a job",
      description:
        "The job is on the disk when the response is sent. A request with a known idempotency key, in the body or in the header, responds 200 with its job.",
      body: NEW_JOB,
      bodyExample: { ...ADDITION, priority: "high", idempotencyKey: "order-17" },
      responses: {
        201: { description: "It was created.", schema: "Job", location: "Path of the job." },
        200: {
          description: "A job with the idempotency key or the unique key exists already.",
          schema: "Job",
          location: "Path of the job.",
        },
      },
      problems: [404, 409, 413, 422],
      async handle({ body, request }) {
        const { job, created, task } = await jobs.create(withHeaderKey(body, request.headers), "");
        return json(jobView(job, task), created ? 201 : 200, { location: `/api/v1/jobs/${job.id}` });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/v1/jobs/batch",
      access: "write",
      id: "createJobs",
      tag: "jobs",
      summary: "Create up to 10,000 jobs, all or none",
      description:
        "When jobs are wrong nothing is created, and `errors` has a pointer for each place in each of them (1,000 at most). " +
        "`data.badJobs` lists the wrong ones with their codes; status and code are those of the first.",
      body: NEW_JOBS,
      bodyExample: { jobs: [ADDITION, { ...ADDITION, runAt: "2027-01-01T00:00:00Z" }] },
      responses: { 201: { description: "All jobs were created, in this order.", schema: "JobBatch" } },
      problems: [404, 409, 413, 422],
      async handle({ body }) {
        return json(batchView(await jobs.createMany(body.jobs, "/jobs")), 201);
      },
    }),
  ];
}

/**
 * The header Idempotency-Key says the same as the member. It may be a string of a structured field, in quotation marks.
 * @throws {RatchetError} USAGE when header and member differ
 */
function withHeaderKey<B extends { idempotencyKey?: string }>(body: B, headers: Headers): B {
  const sent = headers.get("idempotency-key");
  if (sent === null) return body;
  const idempotencyKey = /^"(?:[^"\\]|\\["\\])*"$/.test(sent) ? sent.slice(1, -1).replace(/\\(.)/g, "$1") : sent;
  if (body.idempotencyKey === undefined || body.idempotencyKey === idempotencyKey) return { ...body, idempotencyKey };
  throw new RatchetError("USAGE", "The header Idempotency-Key and the member idempotencyKey differ.", {
    data: { violations: [{ pointer: "/idempotencyKey", message: "is not that of the header Idempotency-Key" }] },
    remedy: "Send only one of them.",
  });
}

/** Short: what was sent is not sent back ten thousand times. */
function batchView(enqueued: readonly EnqueuedJob[]) {
  const jobs = enqueued.map(({ job: { id, status }, created }) => ({ id, status, created }));
  return { jobs, created: jobs.filter(({ created }) => created).length };
}
