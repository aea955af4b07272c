import { given } from "../../lib/defined.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import { FORMER_NAMES } from "./job-input.ts";
import type { ObjectTypes } from "./object-types.ts";
import { optionalTask, requiredTask, scheduleArguments, scheduleNamed } from "./references.ts";
import { addScheduleInputs, scheduleRequestOf } from "./schedule-inputs.ts";

/** Adds the mutations that create, replace, change and delete schedules. */
export function addScheduleMutations(builder: Builder, types: ObjectTypes): void {
  const { createInput, updateInput } = addScheduleInputs(builder, types);
  builder.mutationFields((t) => ({
    createSchedule: t.field({
      type: types.schedule,
      args: { input: t.arg({ type: createInput }) },
      async resolve(_root, { input }, { services }) {
        const request = { ...scheduleRequestOf(input), name: input.name, task: requiredTask(input, "/input") };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.create(request, "/input"),
        );
      },
    }),
    putSchedule: t.field({
      type: types.schedule,
      description: "Replaces the schedule with this name, or creates it. Omitted members get their defaults.",
      args: { input: t.arg({ type: createInput }) },
      async resolve(_root, { input }, { services }) {
        const { name } = input;
        const request = { ...scheduleRequestOf(input), task: requiredTask(input, "/input") };
        return pointingAtSent(
          { members: input, former: FORMER_NAMES },
          async () => (await services.schedules.put(name, request, "/input")).schedule,
        );
      },
    }),
    replaceSchedule: t.field({
      type: types.schedule,
      description: "Replaces a schedule, possibly under a new name. Omitted members get their defaults.",
      args: { ...scheduleArguments(t), input: t.arg({ type: createInput }) },
      async resolve(_root, { id, name, input }, { services }) {
        const request = { ...scheduleRequestOf(input), name: input.name, task: requiredTask(input, "/input") };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.replace(scheduleNamed({ id, name }), request, "/input"),
        );
      },
    }),
    updateSchedule: t.field({
      type: types.schedule,
      args: { ...scheduleArguments(t), input: t.arg({ type: updateInput }) },
      async resolve(_root, { id, name, input }, { services }) {
        const task = optionalTask(input, "/input");
        const request = { ...scheduleRequestOf(input), ...given({ name: input.name, task }) };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.update(scheduleNamed({ id, name }), request, "/input"),
        );
      },
    }),
    deleteSchedule: t.boolean({
      description: "Deletes a schedule. Its jobs stay.",
      args: scheduleArguments(t),
      async resolve(_root, args, { services }) {
        await services.schedules.delete(scheduleNamed(args));
        return true;
      },
    }),
  }));
}
