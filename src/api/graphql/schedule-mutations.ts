import { defined, given } from "../../lib/defined.ts";
import type { ScheduleRequest } from "../../service/schedules/schedule-request.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Names of members before they were those of REST. */
const FORMER_NAMES = { input: "inputData", task: "taskId" } as const;

/** Adds the mutations of schedules. */
export function addScheduleMutations(builder: Builder, types: ObjectTypes): void {
  const createInput = builder.inputType("CreateScheduleInput", {
    description: "Exactly one of cron, every and at says when it fires.",
    fields: (t) => ({
      name: t.string(),
      taskId: t.int(),
      ...optionalFields(t, types),
    }),
  });
  const updateInput = builder.inputType("UpdateScheduleInput", {
    description: "What is left out stays; null removes version, startAt and endAt.",
    fields: (t) => ({
      name: t.string({ required: false }),
      taskId: t.int({ required: false }),
      ...optionalFields(t, types),
    }),
  });

  builder.mutationFields((t) => ({
    createSchedule: t.field({
      type: types.schedule,
      args: { input: t.arg({ type: createInput }) },
      async resolve(_root, { input }, { services }) {
        const { name, taskId } = input;
        const request = { ...requestOf(input), name, task: taskId };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.create(request, "/input"),
        );
      },
    }),
    updateSchedule: t.field({
      type: types.schedule,
      args: { id: t.arg.int(), input: t.arg({ type: updateInput }) },
      async resolve(_root, { id, input }, { services }) {
        const request = { ...requestOf(input), ...given({ name: input.name, task: input.taskId }) };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.update(id, request, "/input"),
        );
      },
    }),
    deleteSchedule: t.boolean({
      description: "Its jobs stay.",
      args: { id: t.arg.int() },
      async resolve(_root, { id }, { services }) {
        await services.schedules.delete(id);
        return true;
      },
    }),
    triggerSchedule: t.field({
      type: types.job,
      description: "Fires once now, whatever its plan and overlap policy.",
      args: {
        id: t.arg.int(),
        inputData: t.arg({
          type: "JSON",
          required: false,
          description: "In place of the schedule's own input: a value, or JSON text.",
        }),
      },
      resolve: (_root, { id, inputData }, { services }) =>
        services.schedules.trigger(id, defined({ input: inputData }), "/inputData"),
    }),
  }));
}

type InputFields = Parameters<NonNullable<Parameters<Builder["inputType"]>[1]["fields"]>>[0];

function optionalFields(t: InputFields, { enums }: ObjectTypes) {
  return {
    inputData: t.field({ type: "JSON", required: false, description: "A value, or JSON text." }),
    version: t.string({ required: false }),
    cron: t.string({ required: false, description: "Five fields, six with seconds first, or a name such as @daily." }),
    timezone: t.string({ required: false, description: "IANA name, for cron." }),
    every: t.string({ required: false, description: "Such as 30s, 5m or 1h." }),
    at: t.field({ type: "DateTime", required: false, description: "Once, at this time." }),
    enabled: t.boolean({ required: false }),
    overlap: t.field({ type: enums.overlapPolicy, required: false }),
    catchUpWindow: t.string({ required: false, description: "Such as 1h." }),
    jitter: t.string({ required: false, description: "Such as 30s." }),
    startAt: t.field({ type: "DateTime", required: false }),
    endAt: t.field({ type: "DateTime", required: false }),
    pauseOnFailure: t.boolean({ required: false }),
    priority: t.field({ type: enums.jobPriority, required: false }),
  };
}

type Sent = {
  [K in keyof Omit<ScheduleRequest, "name" | "task" | "input">]?: ScheduleRequest[K] | null | undefined;
} & {
  inputData?: unknown;
};

/** What both inputs have in common, null taken for absent where null removes nothing. */
function requestOf(sent: Sent): ScheduleRequest {
  const { version, startAt, endAt, inputData, cron, timezone, every, at, enabled, overlap } = sent;
  const { catchUpWindow, jitter, pauseOnFailure, priority } = sent;
  return {
    ...defined({ version, startAt, endAt, input: inputData }),
    ...given({ cron, timezone, every, at, enabled, overlap, catchUpWindow, jitter, pauseOnFailure, priority }),
  };
}
