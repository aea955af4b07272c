import { given } from "../../lib/defined.ts";
import type { BulkChange } from "../../service/jobs/bulk.ts";
import type { Builder } from "./builder.ts";
import { conditionsOf, jobConditionFields } from "./job-conditions.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the mutation that changes all jobs that match. */
export function addBulkMutation(builder: Builder, types: ObjectTypes): void {
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
  builder.mutationFields((t) => ({
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
  }));
}
