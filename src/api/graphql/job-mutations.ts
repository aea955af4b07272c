import { given } from "../../lib/defined.ts";
import type { BulkChange } from "../../service/jobs/bulk.ts";
import type { EnqueuedJob } from "../../store/contract/jobs.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import { conditionsOf, jobConditionFields } from "./job-conditions.ts";
import { addJobInput, FORMER_NAMES, jobRequestOf } from "./job-input.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the mutations that create and change jobs. */
export function addJobMutations(builder: Builder, types: ObjectTypes): void {
  const jobInput = addJobInput(builder, types.enums);
  const { batch, bulkChange, bulkAction, filterInput } = addBulkTypes(builder, types);
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
      args: { jobs: t.arg({ type: [jobInput] }) },
      async resolve(_root, { jobs }, { services }) {
        const requests = jobs.map((job, index) => jobRequestOf(job, `/jobs/${index}`));
        return pointingAtSent({ members: jobs, former: FORMER_NAMES, pointer: "/jobs" }, () =>
          services.jobs.createMany(requests, "/jobs"),
        );
      },
    }),
    bulkJobs: t.field({
      type: bulkChange,
      description: "Cancels or retries all jobs that match. Jobs that can't be changed this way are skipped.",
      args: {
        action: t.arg({ type: bulkAction }),
        filter: t.arg({ type: filterInput, required: false }),
        all: t.arg.boolean({ required: false }),
        dryRun: t.arg.boolean({ required: false }),
      },
      resolve: (_root, { action, filter, all, dryRun }, { services }) =>
        services.jobs.bulk({ action, filter: conditionsOf(filter ?? {}, "/filter"), ...given({ all, dryRun }) }, ""),
    }),
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

function addBulkTypes(builder: Builder, types: ObjectTypes) {
  const batchJob = builder.objectRef<EnqueuedJob>("BatchJob").implement({
    fields: (t) => ({
      id: t.int({ resolve: ({ job }) => job.id }),
      status: t.field({ type: types.enums.jobStatus, resolve: ({ job }) => job.status }),
      created: t.exposeBoolean("created"),
    }),
  });
  const batch = builder.objectRef<EnqueuedJob[]>("JobBatch").implement({
    fields: (t) => ({
      jobs: t.field({ type: [batchJob], resolve: (jobs) => jobs }),
      created: t.int({ resolve: (jobs) => jobs.filter(({ created }) => created).length }),
    }),
  });
  const bulkChange = builder.objectRef<BulkChange>("BulkChange").implement({
    fields: (t) => ({
      changed: t.exposeInt("changed"),
      dryRun: t.boolean({ resolve: ({ dryRun }) => dryRun === true }),
    }),
  });
  const bulkAction = builder.enumType("BulkAction", {
    values: { CANCEL: { value: "cancel" }, RETRY: { value: "retry" } } as const,
  });
  const filterInput = builder.inputType("JobFilterInput", {
    fields: (t) => ({
      status: t.field({ type: [types.enums.jobStatus], required: false }),
      ...jobConditionFields(t, types),
    }),
  });
  return { batch, bulkChange, bulkAction, filterInput };
}
