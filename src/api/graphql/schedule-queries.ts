import type { Schedule } from "../../domain/schedule.ts";
import { given } from "../../lib/defined.ts";
import { readWithin } from "./budget.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";
import { optionalTask, scheduleNamed } from "./references.ts";

/** Adds the queries for schedules. */
export function addScheduleQueries(builder: Builder, types: ObjectTypes, pagination: PaginationInput): void {
  const schedules = builder.objectRef<{ schedules: Schedule[]; total: number }>("ScheduleList").implement({
    fields: (t) => ({ schedules: t.expose("schedules", { type: [types.schedule] }), total: t.exposeInt("total") }),
  });
  builder.queryFields((t) => ({
    schedules: t.field({
      type: schedules,
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        task: t.arg.id({ required: false }),
        taskId: t.arg.int({ required: false }),
        enabled: t.arg.boolean({ required: false }),
      },
      async resolve(_root, { pagination: page, task, taskId, enabled }, { services, budget }) {
        const conditions = given({ task: optionalTask({ task, taskId }), enabled });
        const [found, total] = await Promise.all([
          readWithin(budget, pageRequest(page), (request) => services.schedules.list(conditions, request)),
          services.schedules.count(conditions),
        ]);
        return { schedules: found, total };
      },
    }),
    schedule: t.field({
      type: types.schedule,
      nullable: true,
      args: { id: t.arg.int({ required: false }), name: t.arg.string({ required: false }) },
      resolve: (_root, { id, name }, { services }) => services.schedules.find(scheduleNamed({ id, name })),
    }),
  }));
}
