import type { JobPriority, JobStatus } from "../../domain/job.ts";
import { defined, given } from "../../lib/defined.ts";
import type { JobConditions } from "../../service/jobs/job-filter.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { optionalTask, type TaskNames } from "./references.ts";

type InputFields = Parameters<NonNullable<Parameters<Builder["inputType"]>[1]["fields"]>>[0];
type QueryFields = Parameters<Parameters<Builder["queryFields"]>[0]>[0];

/** Conditions on jobs, as members of an input. */
export function jobConditionFields(t: InputFields, { enums }: ObjectTypes) {
  return {
    task: t.id({ required: false }),
    taskId: t.int({ required: false }),
    scheduleId: t.int({ required: false }),
    priority: t.field({ type: enums.jobPriority, required: false }),
    idempotencyKey: t.string({ required: false }),
    uniqueKey: t.string({ required: false }),
    concurrencyKey: t.string({ required: false }),
    correlationKey: t.string({ required: false }),
    version: t.string({ required: false }),
    parentExecutionId: t.int({ required: false }),
    errorCode: t.string({ required: false }),
    tag: t.string({ required: false }),
    createdFrom: t.field({ type: "DateTime", required: false }),
    createdTo: t.field({ type: "DateTime", required: false }),
  };
}

/** The same as arguments: the two kinds of members have types of their own. */
export function jobConditionArgs(t: QueryFields, { enums }: ObjectTypes) {
  return {
    task: t.arg.id({ required: false }),
    taskId: t.arg.int({ required: false }),
    scheduleId: t.arg.int({ required: false }),
    priority: t.arg({ type: enums.jobPriority, required: false }),
    idempotencyKey: t.arg.string({ required: false }),
    uniqueKey: t.arg.string({ required: false }),
    concurrencyKey: t.arg.string({ required: false }),
    correlationKey: t.arg.string({ required: false }),
    version: t.arg.string({ required: false }),
    parentExecutionId: t.arg.int({ required: false }),
    errorCode: t.arg.string({ required: false }),
    tag: t.arg.string({ required: false }),
    createdFrom: t.arg({ type: "DateTime", required: false }),
    createdTo: t.arg({ type: "DateTime", required: false }),
  };
}

type Sent<T> = { [K in keyof T]?: T[K] | null | undefined };

/** Conditions as a request has them. */
export interface SentConditions
  extends TaskNames,
    Sent<{
      status: JobStatus[];
      scheduleId: number;
      priority: JobPriority;
      idempotencyKey: string;
      uniqueKey: string;
      concurrencyKey: string;
      correlationKey: string;
      version: string;
      parentExecutionId: number;
      errorCode: string;
      tag: string;
      createdFrom: number;
      createdTo: number;
    }> {}

/** @param pointer where the conditions are @throws {RatchetError} USAGE when they name two tasks */
export function conditionsOf({ task, taskId, ...rest }: SentConditions, pointer = ""): JobConditions {
  return { ...given(rest), ...defined({ task: optionalTask({ task, taskId }, pointer) }) };
}
