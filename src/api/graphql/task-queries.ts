import { given } from "../../lib/defined.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";
import { requiredTask } from "./references.ts";

/** Adds the queries for tasks. */
export function addTaskQueries(builder: Builder, types: ObjectTypes, pagination: PaginationInput): void {
  const tasks = builder.objectRef<{ tasks: TaskRecord[]; total: number }>("TaskList").implement({
    fields: (t) => ({ tasks: t.expose("tasks", { type: [types.task] }), total: t.exposeInt("total") }),
  });
  builder.queryFields((t) => ({
    tasks: t.field({
      type: tasks,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        enabled: t.arg.boolean({ required: false }),
        source: t.arg.string({ required: false }),
        inSync: t.arg.boolean({ required: false }),
        search: t.arg.string({
          required: false,
          description: "Only tasks whose label or description contains this text, in any case.",
        }),
      },
      async resolve(_root, { pagination: page, ...sent }, { services }) {
        const filter = given(sent);
        const [found, total] = await Promise.all([
          services.tasks.list(filter, pageRequest(page)),
          services.tasks.count(filter),
        ]);
        return { tasks: found.items, total };
      },
    }),
    task: t.field({
      type: types.task,
      nullable: true,
      description: "A task, in the requested version; null if there is no such task or version.",
      args: {
        ref: t.arg.id({ required: false }),
        uuid: t.arg.string({ required: false }),
        version: t.arg.string({ required: false }),
      },
      async resolve(_root, { ref, uuid, version }, { services }) {
        const named = requiredTask({ task: uuid ?? ref });
        const task = uuid == null ? await services.tasks.find(named) : undefined;
        if (uuid == null && task === undefined) return null;
        return services.tasks.findVersion(task?.uuid ?? String(uuid), version ?? undefined);
      },
    }),
    taskByUuid: t.field({
      type: types.task,
      nullable: true,
      args: { uuid: t.arg.string() },
      resolve: (_root, { uuid }, { services }) => services.tasks.findVersion(uuid, undefined),
    }),
  }));
}
