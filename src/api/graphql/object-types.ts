import { addEnums, type Builder } from "./builder.ts";
import { addErrorType } from "./error-type.ts";
import { addExecutionType, addLogType } from "./execution-type.ts";
import { addJobType } from "./job-type.ts";
import { addProblemType } from "./problem-type.ts";
import { addWaitingType } from "./run-types.ts";
import { addScheduleType } from "./schedule-type.ts";
import { addStatsTypes, addTaskType } from "./task-type.ts";

/** The types that queries, mutations and subscriptions return. */
export type ObjectTypes = ReturnType<typeof addObjectTypes>;

/** Adds all object types. */
export function addObjectTypes(builder: Builder) {
  const enums = addEnums(builder);
  const stats = addStatsTypes(builder, enums);
  const task = addTaskType(builder, enums, stats);
  const error = addErrorType(builder, enums);
  const waiting = addWaitingType(builder, enums);
  const execution = addExecutionType(builder, enums, { taskType: task, errorType: error, waiting });
  const job = addJobType(builder, enums, { taskType: task, executionType: execution, errorType: error, waiting });
  const schedule = addScheduleType(builder, enums, task);
  const log = addLogType(builder, enums);
  const problem = addProblemType(builder, enums);
  return { enums, ...stats, task, execution, job, schedule, log, problem };
}
