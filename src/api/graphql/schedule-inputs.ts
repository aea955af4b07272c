import { defined, given } from "../../lib/defined.ts";
import type { ScheduleRequest } from "../../service/schedules/schedule-request.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the inputs that describe a schedule, and changes to one. */
export function addScheduleInputs(builder: Builder, types: ObjectTypes) {
  const createInput = builder.inputType("CreateScheduleInput", {
    description: "Exactly one of cron, every and at determines when it fires.",
    fields: (t) => ({ name: t.string(), ...optionalFields(t, types) }),
  });
  const updateInput = builder.inputType("UpdateScheduleInput", {
    description:
      "Omitted members stay as they are; null removes version, startAt, endAt, maxRetries and concurrencyKey.",
    fields: (t) => ({ name: t.string({ required: false }), ...optionalFields(t, types) }),
  });
  return { createInput, updateInput };
}

type InputFields = Parameters<NonNullable<Parameters<Builder["inputType"]>[1]["fields"]>>[0];

function optionalFields(t: InputFields, { enums }: ObjectTypes) {
  return {
    task: t.id({ required: false }),
    taskId: t.int({ required: false }),
    input: t.field({ type: "JSON", required: false, description: "A value, or JSON text." }),
    inputData: t.field({ type: "JSON", required: false, description: "Former name of input." }),
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

type SentSchedule = {
  [K in keyof Omit<ScheduleRequest, "name" | "task" | "input">]?: ScheduleRequest[K] | null | undefined;
} & {
  input?: unknown;
  inputData?: unknown;
};

/**
 * Converts the members that both inputs share, without name and task. A null that removes nothing counts as an omitted
 * member.
 */
export function scheduleRequestOf(sent: SentSchedule): ScheduleRequest {
  const { version, startAt, endAt, maxRetries, concurrencyKey, input, inputData } = sent;
  const { cron, timezone, every, at, enabled, overlap, catchUpWindow, jitter, pauseOnFailure, priority, tags } = sent;
  return {
    ...defined({ version, startAt, endAt, maxRetries, concurrencyKey, input: input === undefined ? inputData : input }),
    ...given({ cron, timezone, every, at, enabled, overlap, catchUpWindow, jitter, pauseOnFailure, priority, tags }),
  };
}
