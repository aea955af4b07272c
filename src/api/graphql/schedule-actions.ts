import { defined } from "../../lib/defined.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import { FORMER_NAMES } from "./job-input.ts";
import type { ObjectTypes } from "./object-types.ts";
import { scheduleArguments, scheduleNamed } from "./references.ts";

/** Adds the mutations that pause, resume and trigger schedules. */
export function addScheduleActions(builder: Builder, types: ObjectTypes): void {
  builder.mutationFields((t) => ({
    pauseSchedule: t.field({
      type: types.schedule,
      description: "Stops a schedule from firing. It keeps its plan.",
      args: { ...scheduleArguments(t), reason: t.arg.string({ required: false }) },
      resolve: (_root, { id, name, reason }, { services }) =>
        services.schedules.pause(scheduleNamed({ id, name }), reason ?? undefined),
    }),
    resumeSchedule: t.field({
      type: types.schedule,
      description: "Lets a schedule fire again. Firings that it missed while it was paused are not caught up.",
      args: scheduleArguments(t),
      resolve: (_root, args, { services }) => services.schedules.resume(scheduleNamed(args)),
    }),
    triggerSchedule: t.field({
      type: types.job,
      description: "Fires once now, regardless of the plan and the overlap policy.",
      args: {
        ...scheduleArguments(t),
        input: t.arg({
          type: "JSON",
          required: false,
          description: "Replaces the schedule's own input: a value, or JSON text.",
        }),
        inputData: t.arg({ type: "JSON", required: false, description: "Former name of input." }),
      },
      async resolve(_root, args, { services }) {
        const { id, name, input, inputData } = args;
        const request = defined({ input: input === undefined ? inputData : input });
        return pointingAtSent({ members: args, former: FORMER_NAMES, pointer: "" }, () =>
          services.schedules.trigger(scheduleNamed({ id, name }), request, "/input"),
        );
      },
    }),
  }));
}
