import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { given } from "../../lib/defined.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";
import { optionalTask } from "./references.ts";

/** Adds the queries for executions and their console lines. */
export function addExecutionQueries(builder: Builder, types: ObjectTypes, pagination: PaginationInput): void {
  const executions = builder.objectRef<{ executions: ExecutionRecord[]; total: number }>("ExecutionList").implement({
    fields: (t) => ({ executions: t.expose("executions", { type: [types.execution] }), total: t.exposeInt("total") }),
  });
  builder.queryFields((t) => ({
    executions: t.field({
      type: executions,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        status: t.arg({ type: types.enums.executionStatus, required: false }),
        task: t.arg.id({ required: false }),
        taskId: t.arg.int({ required: false }),
        jobId: t.arg.int({ required: false }),
        createdFrom: t.arg({ type: "DateTime", required: false }),
        createdTo: t.arg({ type: "DateTime", required: false }),
      },
      async resolve(_root, { pagination: page, status, task, taskId, ...rest }, { services }) {
        const reference = optionalTask({ task, taskId });
        const conditions = given({ ...rest, status: status == null ? null : [status], task: reference });
        const [found, total] = await Promise.all([
          services.executions.list(conditions, pageRequest(page), ""),
          services.executions.count(conditions, ""),
        ]);
        return { executions: found.items, total };
      },
    }),
    execution: t.field({
      type: types.execution,
      nullable: true,
      args: { id: t.arg.int() },
      resolve: (_root, { id }, { loaders }) => loaders.execution.load(id),
    }),
    executionLogs: t.field({
      type: [types.log],
      description: "Console lines of an execution, in order.",
      args: {
        executionId: t.arg.int(),
        limit: t.arg.int({ required: false, defaultValue: 100, description: `1 to ${MAX_PAGE_SIZE}.` }),
        after: t.arg.int({ required: false, description: "seq of the last line that you saw." }),
      },
      async resolve(_root, { executionId, limit, after }, { services, budget }) {
        const { items } = await services.executions.logs(executionId, limit ?? undefined, after ?? undefined);
        budget.spend(items.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0));
        return items;
      },
    }),
  }));
}
