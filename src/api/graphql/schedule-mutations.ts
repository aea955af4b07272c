import { defined, given } from "../../lib/defined.ts";
import type { ScheduleRequest } from "../../service/schedules/schedule-request.ts";
import type { Builder } from "./builder.ts";
import { pointingAtSent } from "./input-pointers.ts";
import { FORMER_NAMES } from "./job-input.ts";
import type { ObjectTypes } from "./object-types.ts";
import { optionalTask, requiredTask, scheduleNamed } from "./references.ts";

/** Adds the mutations of schedules. */
export function addScheduleMutations(builder: Builder, types: ObjectTypes): void {
  const createInput = builder.inputType("CreateScheduleInput", {
    description: "Exactly one of cron, every and at says when it fires.",
    fields: (t) => ({
      name: t.string(),
      ...optionalFields(t, types),
    }),
  });
  const updateInput = builder.inputType("UpdateScheduleInput", {
    description: "What is left out stays; null removes version, startAt, endAt, maxRetries and concurrencyKey.",
    fields: (t) => ({
      name: t.string({ required: false }),
      ...optionalFields(t, types),
    }),
  });

  builder.mutationFields((t) => ({
    createSchedule: t.field({
      type: types.schedule,
      args: { input: t.arg({ type: createInput }) },
      async resolve(_root, { input }, { services }) {
        const request = { ...requestOf(input), name: input.name, task: requiredTask(input, "/input") };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.create(request, "/input"),
        );
      },
    }),
    putSchedule: t.field({
      type: types.schedule,
      description: "Replaces the schedule with this name, or creates it. What is left out has its default.",
      args: { input: t.arg({ type: createInput }) },
      async resolve(_root, { input }, { services }) {
        const { name } = input;
        const request = { ...requestOf(input), task: requiredTask(input, "/input") };
        return pointingAtSent(
          { members: input, former: FORMER_NAMES },
          async () => (await services.schedules.put(name, request, "/input")).schedule,
        );
      },
    }),
    updateSchedule: t.field({
      type: types.schedule,
      args: { ...named(t), input: t.arg({ type: updateInput }) },
      async resolve(_root, { id, name, input }, { services }) {
        const task = optionalTask(input, "/input");
        const request = { ...requestOf(input), ...given({ name: input.name, task }) };
        return pointingAtSent({ members: input, former: FORMER_NAMES }, () =>
          services.schedules.update(scheduleNamed({ id, name }), request, "/input"),
        );
      },
    }),
    deleteSchedule: t.boolean({
      description: "Its jobs stay.",
      args: named(t),
      async resolve(_root, args, { services }) {
        await services.schedules.delete(scheduleNamed(args));
        return true;
      },
    }),
    pauseSchedule: t.field({
      type: types.schedule,
      description: "Stops a schedule from firing; it keeps its plan.",
      args: { ...named(t), reason: t.arg.string({ required: false }) },
      resolve: (_root, { id, name, reason }, { services }) =>
        services.schedules.pause(scheduleNamed({ id, name }), reason ?? undefined),
    }),
    resumeSchedule: t.field({
      type: types.schedule,
      description: "Lets a schedule fire again; what was not fired meanwhile is not made up for.",
      args: named(t),
      resolve: (_root, args, { services }) => services.schedules.resume(scheduleNamed(args)),
    }),
    triggerSchedule: t.field({
      type: types.job,
      description: "Fires once now, whatever its plan and overlap policy.",
      args: {
        ...named(t),
        input: t.arg({
          type: "JSON",
          required: false,
          description: "In place of the schedule's own input: a value, or JSON text.",
        }),
        inputData: t.arg({ type: "JSON", required: false, description: "The former name of input." }),
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

type Arguments = Parameters<Parameters<Builder["mutationFields"]>[0]>[0];

/** A schedule is named by its id or its name. */
function named(t: Arguments) {
  return { id: t.arg.int({ required: false }), name: t.arg.string({ required: false }) };
}

type InputFields = Parameters<NonNullable<Parameters<Builder["inputType"]>[1]["fields"]>>[0];

function optionalFields(t: InputFields, { enums }: ObjectTypes) {
  return {
    task: t.id({ required: false }),
    taskId: t.int({ required: false }),
    input: t.field({ type: "JSON", required: false, description: "A value, or JSON text." }),
    inputData: t.field({ type: "JSON", required: false, description: "The former name of input." }),
    maxRetries: t.int({ required: false }),
    concurrencyKey: t.string({ required: false }),
    tags: t.stringList({ required: false }),
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
  input?: unknown;
  inputData?: unknown;
};

/** What both inputs have in common, null taken for absent where null removes nothing. */
function requestOf(sent: Sent): ScheduleRequest {
  const {
    version,
    startAt,
    endAt,
    input,
    inputData,
    maxRetries,
    concurrencyKey,
    tags,
    cron,
    timezone,
    every,
    at,
    enabled,
    overlap,
  } = sent;
  const { catchUpWindow, jitter, pauseOnFailure, priority } = sent;
  return {
    ...defined({ version, startAt, endAt, maxRetries, concurrencyKey, input: input === undefined ? inputData : input }),
    ...given({ cron, timezone, every, at, enabled, overlap, catchUpWindow, jitter, pauseOnFailure, priority, tags }),
  };
}
