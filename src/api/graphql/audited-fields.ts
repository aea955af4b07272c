import { defaultFieldResolver, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import { isObject } from "../../lib/is-object.ts";
import type { Deed } from "../http/audit-trail.ts";
import type { GraphqlContext } from "./context.ts";

/** Operations of REST that do the same as a field with another name. The audit log has one name for both. */
const OPERATION_OF: Readonly<Record<string, string>> = {
  executeTask: "createJob",
  enqueueJobs: "createJobs",
  updateJob: "changeJob",
  executeTaskDirect: "executeTask",
  updateTaskStatus: "changeTask",
  updateSchedule: "changeSchedule",
  putSchedule: "putScheduleByName",
  setQueueLimits: "setLimits",
  setSecret: "putSecret",
  updateUser: "changeUser",
  updateNotificationRule: "changeNotificationRule",
  updateWebhook: "changeWebhook",
  approval: "getApproval",
  approvals: "listApprovals",
  audit: "listAudit",
  cacheStats: "getCache",
  execution: "getExecution",
  executionLogs: "getExecutionLogs",
  executionOperations: "listOperations",
  executionStats: "getStats",
  executions: "listExecutions",
  health: "getReadiness",
  httpOrigins: "listOrigins",
  job: "getJob",
  jobStats: "getStats",
  jobs: "listJobs",
  keys: "listKeys",
  logs: "listLogs",
  me: "getMe",
  notificationDeliveries: "listNotificationDeliveries",
  notificationRules: "listNotificationRules",
  queueState: "getQueue",
  schedule: "getSchedule",
  scheduleFirings: "listFirings",
  schedules: "listSchedules",
  secrets: "listSecrets",
  serverStats: "getStats",
  settings: "listSettings",
  taskInputs: "listTaskInputs",
  taskReadme: "getTaskReadme",
  taskGraph: "getTaskGraph",
  statsHistory: "getStatsHistory",
  sources: "listSources",
  task: "getTask",
  taskByUuid: "getTask",
  taskSource: "getTaskSource",
  taskStats: "getStats",
  taskVersions: "listTaskVersions",
  tasks: "listTasks",
  users: "listUsers",
  webhook: "getWebhook",
  webhookDeliveries: "listDeliveries",
  webhooks: "listWebhooks",
  workers: "listWorkers",
};

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Returns the operation of REST that does what a field does. */
export function operationOf(field: string, args: Readonly<Record<string, unknown>> = {}): string {
  // One field refreshes one source or all of them, for which REST has two operations.
  if (field === "refreshSource" && (args.name === undefined || args.name === null)) return "refreshSources";
  // One field sends signals by id and by key, for which REST has three operations.
  if (field === "sendSignal" && isGiven(args.executionId)) return "signalExecution";
  if (field === "sendSignal" && isGiven(args.jobId)) return "signalJob";
  return OPERATION_OF[field] ?? field;
}

/** Has every mutation, and every field that is refused, written to the audit log. Changes the schema. */
export function withAudit(schema: GraphQLSchema): GraphQLSchema {
  for (const field of fieldsOf(schema.getMutationType())) {
    // Checks, and nothing else.
    if (field.name === "validateTask" || field.name === "previewSchedule") watchRefusals(field);
    else recordChanges(field);
  }
  for (const field of fieldsOf(schema.getQueryType())) watchRefusals(field);
  return schema;
}

type Field = GraphQLField<unknown, GraphqlContext, Record<string, unknown>>;

const fieldsOf = (type: GraphQLObjectType | null | undefined): Field[] => Object.values(type?.getFields() ?? {});

function recordChanges(field: Field): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) =>
    context.trail.change(deedOf(field, args), context.caller, () => resolve(source, args, context, info));
}

function watchRefusals(field: Field): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = async (source, args, context, info) => {
    try {
      return await resolve(source, args, context, info);
    } catch (error) {
      context.trail.refuseField(deedOf(field, args), context.caller, error);
      throw error;
    }
  };
}

/** Arguments have the names that the paths of REST have, directly or in the argument `input`. */
function deedOf({ name }: Field, args: Record<string, unknown>): Deed {
  const { input } = args;
  if (name === "sendSignal") {
    return { action: operationOf(name, args), params: { ...args, id: args.executionId ?? args.jobId } };
  }
  return { action: operationOf(name, args), params: isObject(input) ? { ...input, ...args } : args };
}
