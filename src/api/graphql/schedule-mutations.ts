import { findSchedule } from "../rest/schedules.ts";
import { newSchedule, type ScheduleRequest, schedulePatch, triggerInput } from "../schedule-request.ts";
import type { Builder } from "./builder.ts";
import { pointingIntoInput } from "./input-pointers.ts";
import type { ObjectTypes } from "./object-types.ts";

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
      async resolve(_root, { input }, { deps }) {
        const { name, taskId, inputData } = input;
        const request = { ...requestOf(input), name, task: taskId, input: inputData };
        return pointingIntoInput(async () => deps.scheduler.create(await newSchedule(deps, request)));
      },
    }),
    updateSchedule: t.field({
      type: types.schedule,
      args: { id: t.arg.int(), input: t.arg({ type: updateInput }) },
      async resolve(_root, { id, input }, { deps }) {
        const { name, taskId, inputData } = input;
        const request: ScheduleRequest = {
          ...requestOf(input),
          ...(name == null ? {} : { name }),
          ...(taskId == null ? {} : { task: taskId }),
          ...(inputData === undefined ? {} : { input: inputData }),
        };
        const schedule = await findSchedule(deps, id);
        return pointingIntoInput(async () => deps.scheduler.update(id, await schedulePatch(deps, schedule, request)));
      },
    }),
    deleteSchedule: t.boolean({
      description: "Its jobs stay.",
      args: { id: t.arg.int() },
      async resolve(_root, { id }, { deps }) {
        await deps.scheduler.delete(id);
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
      async resolve(_root, { id, inputData }, { deps }) {
        const given = inputData === undefined ? {} : { input: inputData };
        const input = await triggerInput(deps, await findSchedule(deps, id), given, "/inputData");
        return deps.scheduler.trigger(id, input);
      },
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

type Maybe<T> = { [K in keyof T]?: T[K] | null | undefined };

/** What both inputs have in common, null taken for absent where null removes nothing. */
function requestOf(input: Maybe<Omit<ScheduleRequest, "name" | "task" | "input">>): ScheduleRequest {
  const { version, startAt, endAt, cron, timezone, every, at, enabled, overlap } = input;
  const { catchUpWindow, jitter, pauseOnFailure, priority } = input;
  return {
    ...(version === undefined ? {} : { version }),
    ...(startAt === undefined ? {} : { startAt }),
    ...(endAt === undefined ? {} : { endAt }),
    ...(cron == null ? {} : { cron }),
    ...(timezone == null ? {} : { timezone }),
    ...(every == null ? {} : { every }),
    ...(at == null ? {} : { at }),
    ...(enabled == null ? {} : { enabled }),
    ...(overlap == null ? {} : { overlap }),
    ...(catchUpWindow == null ? {} : { catchUpWindow }),
    ...(jitter == null ? {} : { jitter }),
    ...(pauseOnFailure == null ? {} : { pauseOnFailure }),
    ...(priority == null ? {} : { priority }),
  };
}
