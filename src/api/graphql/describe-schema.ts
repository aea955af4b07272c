import { type GraphQLSchema, isEnumType, isInputObjectType, isObjectType } from "graphql";
import { API_KEY, IDENTITY, ISSUED_KEY, USER } from "../resources/credentials.ts";
import { TASK_ERROR } from "../resources/error.ts";
import { DIRECT_RESULT, EXECUTION_COUNTS, EXECUTION_DETAIL, LOG_LINE, USAGE } from "../resources/execution.ts";
import { JOB_DETAIL } from "../resources/job.ts";
import { BATCH_JOB, JOB_BATCH, JOB_COUNTS, JOB_EXPLANATION } from "../resources/job-parts.ts";
import { JOB_CONDITIONS } from "../resources/job-requests.ts";
import { CACHE, MEMORY } from "../resources/memory.ts";
import { ORIGIN } from "../resources/origin.ts";
import { PAUSE, QUEUE_STATE, RATE, SCOPE_LIMITS } from "../resources/queue-state.ts";
import { type Members, type Resource, sentencesOf } from "../resources/resource.ts";
import { FIRING, NEXT_FIRING, SCHEDULE } from "../resources/schedule.ts";
import { NEW_SCHEDULE } from "../resources/schedule-requests.ts";
import { READINESS_CHECK } from "../resources/server.ts";
import { CACHE_STATS, SOURCE } from "../resources/source.ts";
import { SCHEDULE_COUNTS, STATS, TASK_COUNTS } from "../resources/stats.ts";
import { PROGRAM, TASK_DETAIL, TASK_LIMITS, TASK_VERSION } from "../resources/task.ts";
import { FOUND_PROBLEM, VALIDATION, VIOLATION } from "../resources/validation.ts";
import {
  EXECUTION_STATUS_VALUES,
  JOB_PRIORITY_VALUES,
  JOB_STATUS_VALUES,
  OVERLAP_VALUES,
  ROLE_VALUES,
} from "../resources/value-sentences.ts";
import { RUNNING_EXECUTION, WORKER } from "../resources/worker-state.ts";
import { argumentSentences, GRAPHQL, GRAPHQL_STATS, GRAPHQL_TASK, LISTS, OPERATIONS, TYPES } from "./sentences.ts";

type Sentences = Readonly<Record<string, string>>;

const of = ({ properties }: Pick<Resource<Members>, "properties">): Sentences => sentencesOf(properties);

/** Descriptions for inputs of schedules, including the former names of two members. */
function scheduleInput(): Sentences {
  const sentences = sentencesOf(NEW_SCHEDULE.properties);
  return { ...sentences, inputData: sentences.input, taskId: GRAPHQL.runTask };
}

/** Descriptions for schedules, with the durations under GraphQL's names. */
function scheduleSentences(): Sentences {
  const sentences = sentencesOf(SCHEDULE.properties);
  const { every, catchUpWindow, jitter, input } = sentences;
  return { ...sentences, everyMs: every, catchUpWindowMs: catchUpWindow, jitterMs: jitter, inputData: input };
}

/** Descriptions of members, by type. REST uses the same ones. */
const members = (): Readonly<Record<string, Sentences>> => ({
  Job: of(JOB_DETAIL),
  Execution: { ...of(EXECUTION_DETAIL), ...of(USAGE) },
  Task: { ...of(TASK_DETAIL), ...GRAPHQL_TASK },
  Schedule: scheduleSentences(),
  LogLine: of(LOG_LINE),
  TaskError: { ...of(TASK_ERROR), name: GRAPHQL.errorName },
  TaskLimits: of(TASK_LIMITS),
  Firing: { ...of(FIRING), cursor: GRAPHQL.firingCursor },
  NextFiring: { ...of(NEXT_FIRING), note: GRAPHQL.firingNote },
  JobExplanation: of(JOB_EXPLANATION),
  JobBatch: of(JOB_BATCH),
  BatchJob: of(BATCH_JOB),
  BulkChange: { changed: GRAPHQL.bulkChanged, dryRun: GRAPHQL.bulkDryRun },
  BulkAction: { cancel: GRAPHQL.bulkCancel, retry: GRAPHQL.bulkRetry },
  JobFilterInput: { ...sentencesOf(JOB_CONDITIONS), taskId: GRAPHQL.filteredTask },
  QueueState: of(QUEUE_STATE),
  QueuePause: { ...of(PAUSE), taskId: GRAPHQL.pausedTask },
  QueueLimits: {
    taskId: GRAPHQL.limitedTask,
    key: GRAPHQL.limitedKey,
    anyKey: GRAPHQL.anyKey,
    concurrency: GRAPHQL.concurrency,
    rate: GRAPHQL.rate,
  },
  QueueLimitsInput: {
    task: GRAPHQL.limitTask,
    key: GRAPHQL.limitKey,
    anyKey: GRAPHQL.anyKey,
    concurrency: SCOPE_LIMITS.properties.concurrency.description,
    rate: SCOPE_LIMITS.properties.rate.description,
  },
  Rate: of(RATE),
  RateInput: of(RATE),
  Worker: of(WORKER),
  RunningExecution: of(RUNNING_EXECUTION),
  Source: of(SOURCE),
  FoundProblem: of(FOUND_PROBLEM),
  Validation: of(VALIDATION),
  Violation: of(VIOLATION),
  TaskVersion: of(TASK_VERSION),
  Program: of(PROGRAM),
  Origin: of(ORIGIN),
  CacheStats: of(CACHE_STATS),
  ServerStats: { ...of(STATS), ...GRAPHQL_STATS },
  ServerMemory: of(MEMORY),
  ServerCache: of(CACHE),
  TaskCounts: of(TASK_COUNTS),
  ScheduleCounts: of(SCHEDULE_COUNTS),
  DirectResult: { ...of(DIRECT_RESULT), errorDetails: DIRECT_RESULT.properties.error.description },
  JobStats: { ...of(JOB_COUNTS), total: GRAPHQL.allJobs },
  ExecutionStats: { ...of(EXECUTION_COUNTS), total: GRAPHQL.allExecutions },
  CreateScheduleInput: scheduleInput(),
  UpdateScheduleInput: scheduleInput(),
  JobStatus: JOB_STATUS_VALUES,
  JobPriority: JOB_PRIORITY_VALUES,
  ExecutionStatus: EXECUTION_STATUS_VALUES,
  OverlapPolicy: OVERLAP_VALUES,
  User: of(USER),
  ApiKey: of(API_KEY),
  IssuedKey: of(ISSUED_KEY),
  Identity: of(IDENTITY),
  Role: ROLE_VALUES,
  HealthCheck: of(READINESS_CHECK),
  ...LISTS,
  ...OPERATIONS,
});

/** Adds descriptions to types, fields, arguments and values that have none. */
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
