import type { Job } from "../../domain/job.ts";
import { utf8Length } from "../../domain/shared-text.ts";
import type { JobExplanation } from "../../store/contract/job-explanation.ts";
import { readWithin } from "./budget.ts";
import type { Builder } from "./builder.ts";
import { conditionsOf, jobConditionArgs } from "./job-conditions.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";

/** Adds the queries for jobs. */
export function addJobQueries(builder: Builder, types: ObjectTypes, pagination: PaginationInput): void {
  const jobs = builder.objectRef<{ jobs: Job[]; total: number }>("JobList").implement({
    fields: (t) => ({ jobs: t.expose("jobs", { type: [types.job] }), total: t.exposeInt("total") }),
  });
  const explanation = addExplanationType(builder);
  builder.queryFields((t) => ({
    jobs: t.field({
      type: jobs,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        status: t.arg({ type: types.enums.jobStatus, required: false }),
        ...jobConditionArgs(t, types),
      },
      async resolve(_root, { pagination: page, status, ...rest }, { services, budget }) {
        const conditions = conditionsOf({ ...rest, status: status == null ? null : [status] });
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
        if (job !== undefined) budget.spend(utf8Length(job.inputJson));
        return job;
      },
    }),
    explainJob: t.field({
      type: explanation,
      args: { id: t.arg.int() },
      resolve: async (_root, { id }, { services }) => ({ jobId: id, ...(await services.jobs.explain(id)) }),
    }),
  }));
}

function addExplanationType(builder: Builder) {
  return builder.objectRef<JobExplanation & { jobId: number }>("JobExplanation").implement({
    fields: (t) => ({
      jobId: t.exposeInt("jobId"),
      reason: t.exposeString("reason"),
      message: t.exposeString("message"),
      until: t.expose("until", { type: "DateTime", nullable: true }),
      ahead: t.exposeInt("ahead", { nullable: true }),
      limit: t.exposeInt("limit", { nullable: true }),
      running: t.exposeInt("running", { nullable: true }),
    }),
  });
}
