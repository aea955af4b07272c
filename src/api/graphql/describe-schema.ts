import { type GraphQLSchema, isEnumType, isInputObjectType, isObjectType } from "graphql";
import {
  DIRECT_RESULT,
  EXECUTION,
  EXECUTION_COUNT_MEMBERS,
  EXECUTION_STATUS_VALUES,
  LOG_LINE,
  TASK_ERROR,
  USAGE,
} from "../descriptions/execution.ts";
import { argumentSentences, GRAPHQL, LISTS, OPERATIONS, TYPES } from "../descriptions/graphql.ts";
import { JOB_PRIORITY_VALUES, JOB_STATUS_VALUES } from "../descriptions/job.ts";
import { FIRING, NEXT_FIRING, OVERLAP_VALUES, SCHEDULE, SCHEDULE_MEMBERS } from "../descriptions/schedule.ts";
import { QUEUE, SERVER, SOURCE, WORKER } from "../descriptions/server.ts";
import { FOUND_PROBLEM, TASK, TASK_LIMITS } from "../descriptions/task.ts";
import { JOB_DETAIL } from "../resources/job.ts";
import { BATCH_JOB, JOB_BATCH, JOB_COUNTS, JOB_EXPLANATION } from "../resources/job-parts.ts";
import { JOB_CONDITIONS } from "../resources/job-requests.ts";
import { sentencesOf } from "../resources/resource.ts";

type Sentences = Readonly<Record<string, string>>;

const SCHEDULE_INPUT: Sentences = { ...SCHEDULE_MEMBERS, inputData: SCHEDULE_MEMBERS.input };

/** Sentences for members, by type. REST has the same ones for what it has too. */
const members = (): Readonly<Record<string, Sentences>> => ({
  Job: sentencesOf(JOB_DETAIL.properties),
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
  TaskError: { ...TASK_ERROR, name: GRAPHQL.errorName },
  TaskLimits: TASK_LIMITS,
  Firing: { ...FIRING, cursor: GRAPHQL.firingCursor },
  NextFiring: { ...NEXT_FIRING, note: GRAPHQL.firingNote },
  JobExplanation: sentencesOf(JOB_EXPLANATION.properties),
  JobBatch: sentencesOf(JOB_BATCH.properties),
  BatchJob: sentencesOf(BATCH_JOB.properties),
  BulkChange: { changed: GRAPHQL.bulkChanged, dryRun: GRAPHQL.bulkDryRun },
  BulkAction: { cancel: GRAPHQL.bulkCancel, retry: GRAPHQL.bulkRetry },
  JobFilterInput: { ...sentencesOf(JOB_CONDITIONS), taskId: GRAPHQL.filteredTask },
  QueueState: { paused: QUEUE.paused, pauses: QUEUE.pauses, limits: QUEUE.limits },
  QueuePause: { taskId: GRAPHQL.pausedTask, note: QUEUE.note, pausedAt: QUEUE.pausedAt },
  QueueLimits: {
    taskId: GRAPHQL.limitedTask,
    key: GRAPHQL.limitedKey,
    anyKey: GRAPHQL.anyKey,
    concurrency: GRAPHQL.concurrency,
    rate: GRAPHQL.rate,
  },
  QueueLimitsInput: {
    task: GRAPHQL.limitTask,
    key: QUEUE.key,
    anyKey: GRAPHQL.anyKey,
    concurrency: QUEUE.concurrency,
    rate: QUEUE.rate,
  },
  Rate: QUEUE,
  RateInput: QUEUE,
  Worker: WORKER,
  RunningExecution: { ...WORKER, startedAt: WORKER.runningSince },
  Source: SOURCE,
  FoundProblem: FOUND_PROBLEM,
  DirectResult: { ...DIRECT_RESULT, errorDetails: DIRECT_RESULT.error },
  JobStats: { ...sentencesOf(JOB_COUNTS.properties), total: GRAPHQL.allJobs },
  ExecutionStats: EXECUTION_COUNT_MEMBERS,
  CreateScheduleInput: SCHEDULE_INPUT,
  UpdateScheduleInput: SCHEDULE_INPUT,
  JobStatus: JOB_STATUS_VALUES,
  JobPriority: JOB_PRIORITY_VALUES,
  ExecutionStatus: EXECUTION_STATUS_VALUES,
  OverlapPolicy: OVERLAP_VALUES,
  HealthCheck: { name: SERVER.checkName, ok: SERVER.checkOk, message: SERVER.checkMessage },
  ...LISTS,
  ...OPERATIONS,
});

/** Gives types, fields, arguments and values their sentences, where the schema's own code does not describe them. */
export function describeSchema(schema: GraphQLSchema): GraphQLSchema {
  const sentencesByType = members();
  const byArgument = argumentSentences();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    type.description ??= TYPES[type.name];
    const sentences = sentencesByType[type.name] ?? {};
    if (isEnumType(type))
      for (const value of type.getValues()) value.description ??= sentences[value.name.toLowerCase()];
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) field.description ??= sentences[field.name];
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.description ??= sentences[field.name];
      for (const argument of field.args) {
        argument.description ??= byArgument[`${field.name}.${argument.name}`] ?? byArgument[argument.name];
      }
    }
  }
  return schema;
}
