import { createBreather } from "../../lib/breather.ts";
import { given } from "../../lib/defined.ts";
import type { JobRequest } from "../../service/jobs/prepare-job.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import { JOB_BATCH } from "../resources/job-parts.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import { addJobInput, FORMER_NAMES, jobRequestOf, type SentJob } from "./job-input.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the mutations that create jobs, and those that change one job. */
export function addJobMutations(builder: Builder, types: ObjectTypes): void {
  addCreation(builder, types);
  addChanges(builder, types);
}

function addCreation(builder: Builder, types: ObjectTypes): void {
  const jobInput = addJobInput(builder, types.enums);
  const batch = addBatchType(builder, types);
  builder.mutationFields((t) => ({
    executeTask: t.field({
      type: types.job,
      description: "Creates a job.",
      args: { input: t.arg({ type: jobInput }) },
      async resolve(_root, { input }, { services }) {
        const request = jobRequestOf(input, "/input");
        return pointingAtSent(
          { members: input, former: FORMER_NAMES },
          async () => (await services.jobs.create(request, "/input")).job,
        );
      },
    }),
    enqueueJobs: t.field({
      type: batch,
      description: "Creates up to 10,000 jobs, all or none.",
      args: {
        jobs: t.arg({ type: [jobInput] }),
        onComplete: t.arg({
          type: jobInput,
          required: false,
          description: "A job that starts when all others have ended. Its input is what has become of them.",
        }),
      },
      async resolve(_root, { jobs, onComplete }, { services }) {
        const requests = await requestsOf(jobs);
        const pointer = "/onComplete";
        const last = onComplete == null ? undefined : { request: jobRequestOf(onComplete, pointer), pointer };
        const enqueued = await pointingAtSent({ members: jobs, former: FORMER_NAMES, pointer: "/jobs" }, () =>
          services.jobs.createMany(requests, "/jobs", last),
        );
        const ended = last === undefined ? undefined : enqueued.at(-1);
        return { jobs: last === undefined ? enqueued : enqueued.slice(0, -1), onComplete: ended ?? null };
      },
    }),
  }));
}

async function requestsOf(jobs: readonly SentJob[]): Promise<JobRequest[]> {
  // GraphQL has just read all variables in one turn of the event loop, which takes long for 10,000 jobs.
  await new Promise(setImmediate);
  const breathe = createBreather();
  const requests: JobRequest[] = [];
  for (const [index, job] of jobs.entries()) {
    requests.push(jobRequestOf(job, `/jobs/${index}`));
    await breathe();
  }
  return requests;
}

function addBatchType(builder: Builder, types: ObjectTypes) {
  const batchJob = builder.objectRef<EnqueuedJob>("BatchJob").implement({
    fields: (t) => ({
      id: t.int({ resolve: ({ job }) => job.id }),
      status: t.field({ type: types.enums.jobStatus, resolve: ({ job }) => job.status }),
      created: t.exposeBoolean("created"),
    }),
  });
  return builder.objectRef<{ jobs: EnqueuedJob[]; onComplete: EnqueuedJob | null }>("JobBatch").implement({
    fields: (t) => ({
      jobs: t.expose("jobs", { type: [batchJob] }),
      created: t.int({ resolve: ({ jobs }) => jobs.filter(({ created }) => created).length }),
      onComplete: t.expose("onComplete", {
        type: batchJob,
        nullable: true,
        description: JOB_BATCH.properties.onComplete.description,
      }),
    }),
  });
}

function addChanges(builder: Builder, types: ObjectTypes): void {
  builder.mutationFields((t) => ({
    cancelJob: t.field({
      type: types.job,
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { services }) => services.jobs.cancel(id),
    }),
    retryJob: t.field({
      type: types.job,
      description: "Requeues a failed or cancelled job, with all its retries.",
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { services }) => services.jobs.retry(id),
    }),
    updateJob: t.field({
      type: types.job,
      description: "Changes the priority or the time of a waiting job.",
      args: {
        id: t.arg.int(),
        priority: t.arg({ type: types.enums.jobPriority, required: false }),
        runAt: t.arg({ type: "DateTime", required: false }),
      },
      resolve: (_root, { id, ...change }, { services }) => services.jobs.change(id, given(change), ""),
    }),
    deleteJob: t.boolean({
      description: "Deletes a finished job, with its executions and their logs.",
      args: { id: t.arg.int() },
      async resolve(_root, { id }, { services }) {
        await services.jobs.delete(id);
        return true;
      },
    }),
  }));
}
