import { type GraphQLSchema, isEnumType, isInputObjectType, isObjectType } from "graphql";
import {
  DIRECT_RESULT,
  EXECUTION,
  EXECUTION_COUNT_MEMBERS,
  EXECUTION_STATUS_VALUES,
  LOG_LINE,
  USAGE,
} from "../descriptions/execution.ts";
import { ARGUMENTS, LISTS, OPERATIONS, TYPES } from "../descriptions/graphql.ts";
import {
  JOB,
  JOB_COUNT_MEMBERS,
  JOB_PRIORITY_VALUES,
  JOB_STATUS_VALUES,
  NEW_JOB_MEMBERS,
} from "../descriptions/job.ts";
import { OVERLAP_VALUES, SCHEDULE, SCHEDULE_MEMBERS } from "../descriptions/schedule.ts";
import { SERVER } from "../descriptions/server.ts";
import { TASK } from "../descriptions/task.ts";

type Sentences = Readonly<Record<string, string>>;

const SCHEDULE_INPUT: Sentences = { ...SCHEDULE_MEMBERS, inputData: SCHEDULE_MEMBERS.input };

/** Sentences for members, by type. REST has the same ones for what it has too. */
const MEMBERS: Readonly<Record<string, Sentences>> = {
  Job: JOB,
  Execution: { ...EXECUTION, ...USAGE },
  Task: TASK,
  Schedule: {
    ...SCHEDULE,
    everyMs: SCHEDULE.every,
    catchUpWindowMs: SCHEDULE.catchUpWindow,
    jitterMs: SCHEDULE.jitter,
    inputData: SCHEDULE.input,
  },
  LogLine: LOG_LINE,
  DirectResult: { ...DIRECT_RESULT, errorDetails: DIRECT_RESULT.error },
  JobStats: JOB_COUNT_MEMBERS,
  ExecutionStats: EXECUTION_COUNT_MEMBERS,
  ExecuteTaskInput: { ...NEW_JOB_MEMBERS, inputData: NEW_JOB_MEMBERS.input },
  CreateScheduleInput: SCHEDULE_INPUT,
  UpdateScheduleInput: SCHEDULE_INPUT,
  JobStatus: JOB_STATUS_VALUES,
  JobPriority: JOB_PRIORITY_VALUES,
  ExecutionStatus: EXECUTION_STATUS_VALUES,
  OverlapPolicy: OVERLAP_VALUES,
  HealthCheck: { name: SERVER.checkName, ok: SERVER.checkOk, message: SERVER.checkMessage },
  ...LISTS,
  ...OPERATIONS,
};

/** Gives types, fields, arguments and values their sentences, where the schema's own code does not describe them. */
export function describeSchema(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    type.description ??= TYPES[type.name];
    const sentences = MEMBERS[type.name] ?? {};
    if (isEnumType(type))
      for (const value of type.getValues()) value.description ??= sentences[value.name.toLowerCase()];
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) field.description ??= sentences[field.name];
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.description ??= sentences[field.name];
      for (const argument of field.args) {
        argument.description ??= ARGUMENTS[`${field.name}.${argument.name}`] ?? ARGUMENTS[argument.name];
      }
    }
  }
  return schema;
}
