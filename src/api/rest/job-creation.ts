import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Services } from "../../service/services.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import { headerKey } from "../http/idempotency-key.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { jobView, NEW_JOB } from "../resources/job.ts";
import { NEW_JOBS } from "../resources/job-requests.ts";

const ADDITION = { task: "addition", input: { num1: 5, num2: 10 } };
const BATCH_EXAMPLE: JsonValue = { jobs: [ADDITION, { ...ADDITION, runAt: "2027-01-01T00:00:00Z" }] };

const CREATE_JOB = {
  method: "POST",
  path: "/api/v1/jobs",
  access: "write",
  id: "createJob",
  tag: "jobs",
  summary: "Create a job",
  description:
    "When the response is sent, the job is on disk. A request with a known idempotency key, in the body or in the header, gets 200 and the existing job.",
  body: NEW_JOB,
  bodyExample: { ...ADDITION, priority: "high", idempotencyKey: "order-17" },
  responses: {
    201: { description: "The job was created.", schema: "Job", location: "Path of the job." },
    200: {
      description: "A job with this idempotency key or unique key already exists.",
      schema: "Job",
      location: "Path of the job.",
    },
  },
  problems: [404, 409, 413, 422],
} as const;

const CREATE_JOBS = {
  method: "POST",
  path: "/api/v1/jobs/batch",
  access: "write",
  id: "createJobs",
  tag: "jobs",
  summary: "Create up to 10,000 jobs, all or none",
  description:
    "If any job is invalid, nothing is created, and `errors` has a pointer to each invalid place (1,000 at most). " +
    "`data.badJobs` lists the invalid jobs with their codes; status and code are those of the first one.",
  body: NEW_JOBS,
  bodyExample: BATCH_EXAMPLE,
  responses: {
    201: { description: "All jobs were created. The list has the order of the request.", schema: "JobBatch" },
  },
  problems: [404, 409, 413, 422],
} as const;

/** Routes that create jobs. */
export function jobCreationRoutes({ jobs }: Pick<Services, "jobs">): Route[] {
  return [
    defineRoute({
      ...CREATE_JOB,
      async handle({ body, request }) {
        const { job, created, task } = await jobs.create(withHeaderKey(body, request.headers), "");
        return json(jobView(job, task), created ? 201 : 200, { location: `/api/v1/jobs/${job.id}` });
      },
    }),
    defineRoute({
      ...CREATE_JOBS,
      async handle({ body, request }) {
        rejectHeaderKey(request.headers);
        const { onComplete } = body;
        const last = onComplete === undefined ? undefined : { request: onComplete, pointer: "/onComplete" };
        return json(batchView(await jobs.createMany(body.jobs, "/jobs", last), last !== undefined), 201);
      },
    }),
  ];
}

/**
 * Adds the header Idempotency-Key to the body.
 * @throws {RatchetError} USAGE if the header and the member differ
 */
function withHeaderKey<B extends { idempotencyKey?: string }>(body: B, headers: Headers): B {
  const idempotencyKey = headerKey(headers);
  if (idempotencyKey === undefined) return body;
  if (body.idempotencyKey === undefined || body.idempotencyKey === idempotencyKey) return { ...body, idempotencyKey };
  throw new RatchetError("USAGE", "The header Idempotency-Key and the member idempotencyKey differ.", {
    data: { violations: [{ pointer: "/idempotencyKey", message: "differs from the header Idempotency-Key" }] },
    remedy: "Send only one of them.",
  });
}

/** @throws {RatchetError} USAGE if there is a key for the whole batch: ignoring it would create the jobs again on a retry */
function rejectHeaderKey(headers: Headers): void {
  if (!headers.has("idempotency-key")) return;
  throw new RatchetError("USAGE", "The header Idempotency-Key can't be used with a batch.", {
    remedy: "Give each job of the batch an idempotencyKey of its own.",
  });
}

/** Leaves out everything that the client sent, because there may be ten thousand jobs. */
function batchView(enqueued: readonly EnqueuedJob[], hasLast: boolean) {
  const all = enqueued.map(({ job: { id, status }, created }) => ({ id, status, created }));
  const jobs = hasLast ? all.slice(0, -1) : all;
  const onComplete = (hasLast ? all.at(-1) : undefined) ?? null;
  return { jobs, created: jobs.filter(({ created }) => created).length, onComplete };
}
