import type { Job } from "../../domain/job.ts";
import { given } from "../../lib/defined.ts";
import { readWithin } from "./budget.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";

/** Adds the queries for jobs. */
export function addJobQueries(builder: Builder, types: ObjectTypes, pagination: PaginationInput): void {
  const jobs = builder.objectRef<{ jobs: Job[]; total: number }>("JobList").implement({
    fields: (t) => ({ jobs: t.expose("jobs", { type: [types.job] }), total: t.exposeInt("total") }),
  });
  builder.queryFields((t) => ({
    jobs: t.field({
      type: jobs,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        status: t.arg({ type: types.enums.jobStatus, required: false }),
        taskId: t.arg.int({ required: false }),
      },
      async resolve(_root, { pagination: page, status, taskId }, { services, budget }) {
        const conditions = given({ status: status == null ? null : [status], task: taskId });
        const [found, total] = await Promise.all([
          readWithin(budget, pageRequest(page), (request) => services.jobs.list(conditions, request, "")),
          services.jobs.count(conditions, ""),
        ]);
        return { jobs: found, total };
      },
    }),
    job: t.field({
      type: types.job,
      nullable: true,
      args: { id: t.arg.int() },
      async resolve(_root, { id }, { services, budget }) {
        const job = await services.jobs.find(id);
        if (job !== undefined) budget.spend(Buffer.byteLength(job.inputJson));
        return job;
      },
    }),
  }));
}
