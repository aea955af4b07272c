import { JOB_PRIORITIES } from "../../../domain/job.ts";
import { type Defined, defined } from "../../../lib/defined.ts";
import type { ArgDefinition } from "../../framework/command.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { REFERENCE_FORM } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { findSchedule } from "../schedules/find-schedule.ts";

const TIME = { type: "string", valueHint: "TIME" } as const;
const KEY = { type: "string", valueHint: "KEY" } as const;

/** Options that select by the time of creation. */
export const CREATION_TIME_OPTIONS = {
  "created-from": { ...TIME, description: "Created at this time or later, such as 2027-01-01T06:00:00Z." },
  "created-to": { ...TIME, description: "Created before this time." },
} as const;

/** Options that select jobs, besides `--task` and `--status`. */
export const JOB_FILTER_OPTIONS = {
  schedule: {
    type: "string",
    valueHint: "SCHEDULE",
    form: REFERENCE_FORM,
    description: "Created by this schedule, by name or id.",
  },
  priority: {
    type: "enum",
    options: [...JOB_PRIORITIES],
    valueHint: "PRIORITY",
    description: `With this priority: ${JOB_PRIORITIES.join(", ")}.`,
  },
  tag: { type: "string", valueHint: "TAG", description: "With this tag." },
  "idempotency-key": { ...KEY, description: "With this idempotency key." },
  "unique-key": { ...KEY, description: "With this unique key." },
  "concurrency-key": { ...KEY, description: "With this concurrency key." },
  "correlation-key": { ...KEY, description: "With this correlation key." },
  "task-version": { type: "string", valueHint: "VERSION", description: "Pinned to exactly this version of the task." },
  parent: {
    type: "string",
    valueHint: "EXECUTION",
    form: executionId,
    description: "Started by the run of this execution.",
  },
  "error-code": {
    type: "string",
    valueHint: "CODE",
    description: "Last attempt failed with this code, such as TIME_LIMIT.",
  },
  ...CREATION_TIME_OPTIONS,
} as const satisfies Record<string, ArgDefinition>;

/** Values of {@link JOB_FILTER_OPTIONS} and `--task`. */
type JobFilterValues = { [K in keyof typeof JOB_FILTER_OPTIONS | "task"]: string | undefined };

/**
 * Returns the filter that the options describe, as REST takes it, without statuses.
 * @throws {RatchetError} SCHEDULE_NOT_FOUND
 */
export async function jobFilter(client: ServerClient, options: JobFilterValues): Promise<Defined<Filter>> {
  const { task, schedule, priority, tag, parent } = options;
  const scheduleId = schedule === undefined ? undefined : Number((await findSchedule(client, schedule)).id);
  return defined<Filter>({
    ...{ task, scheduleId, priority, tag },
    idempotencyKey: options["idempotency-key"],
    uniqueKey: options["unique-key"],
    concurrencyKey: options["concurrency-key"],
    correlationKey: options["correlation-key"],
    version: options["task-version"],
    parentExecutionId: parent === undefined ? undefined : Number(parent),
    errorCode: options["error-code"],
    createdFrom: options["created-from"],
    createdTo: options["created-to"],
  });
}

type Filter = Record<string, string | number | undefined>;
