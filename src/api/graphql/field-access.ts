import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema } from "graphql";
import { missingRight, unauthenticated } from "../http/gate.ts";
import type { AccessClass, Requirements } from "../http/requirements.ts";
import type { GraphqlContext } from "./context.ts";

/** What a field requires of its caller. */
export type FieldAccess = AccessClass | Pick<Requirements, "access" | "allTasks">;

/**
 * Who may use the fields of Query, Mutation and Subscription. The fields of their types require nothing more. A field that
 * is not listed here can't be used, and fails a test.
 */
const FIELD_ACCESS: Readonly<Record<string, Readonly<Record<string, FieldAccess>>>> = {
  Query: {
    audit: "admin",
    approval: "read",
    approvals: "read",
    cacheStats: { access: "read", allTasks: true },
    execution: "read",
    executionLogs: "read",
    executionOperations: "read",
    executionStats: "read",
    executions: "read",
    explainJob: "read",
    health: "read",
    httpOrigins: { access: "read", allTasks: true },
    job: "read",
    jobStats: "read",
    jobs: "read",
    keys: "admin",
    logs: "read",
    me: "read",
    nextFirings: "read",
    notificationDeliveries: "admin",
    notificationRules: "admin",
    previewSchedule: "read",
    queueState: "read",
    schedule: "read",
    scheduleFirings: "read",
    schedules: "read",
    secrets: "admin",
    serverStats: "read",
    settings: "admin",
    sources: { access: "read", allTasks: true },
    statsHistory: "read",
    task: "read",
    taskByUuid: "read",
    taskInputs: "read",
    taskReadme: "read",
    taskGraph: "read",
    taskSource: "read",
    taskStats: "read",
    taskVersions: "read",
    tasks: "read",
    users: "admin",
    validateTask: "read",
    webhook: "read",
    webhookDeliveries: "read",
    webhooks: "read",
    workers: "read",
  },
  Mutation: {
    backfillSchedule: "write",
    bulkJobs: "write",
    cancelExecution: "write",
    cancelJob: "write",
    createKey: "admin",
    createNotificationRule: "admin",
    createSchedule: "write",
    createUser: "admin",
    createWebhook: "write",
    decideApproval: "decide",
    deleteJob: "write",
    deleteNotificationRule: "admin",
    deleteSchedule: "write",
    deleteSecret: "admin",
    deleteUser: "admin",
    deleteWebhook: "write",
    enqueueJobs: "write",
    executeTask: "write",
    executeTaskDirect: "write",
    forkExecution: "write",
    killExecution: "write",
    killJob: "write",
    pauseExecution: "write",
    pauseJob: "write",
    pauseQueue: "write",
    pauseSchedule: "write",
    putSchedule: "write",
    refreshSource: "admin",
    replaceSchedule: "write",
    replayDelivery: "write",
    resumeExecution: "write",
    resumeJob: "write",
    resumeQueue: "write",
    resumeSchedule: "write",
    retryExecution: "write",
    retryJob: "write",
    revokeKey: "admin",
    rotateKey: "admin",
    sendSignal: "write",
    setQueueLimits: "write",
    setSecret: "admin",
    testNotificationRule: "admin",
    triggerSchedule: "write",
    updateJob: "write",
    updateNotificationRule: "admin",
    updateSchedule: "write",
    updateTaskStatus: { access: "admin", allTasks: false },
    updateUser: "admin",
    updateWebhook: "write",
  },
  Subscription: {
    executionUpdates: "read",
    jobDeletions: "read",
    jobUpdates: "read",
  },
};

/** Returns what a field requires; undefined if it is not in the table. */
function fieldRequirement(type: string, field: string): Pick<Requirements, "access" | "allTasks"> | undefined {
  const listed = FIELD_ACCESS[type]?.[field];
  return typeof listed === "string" ? { access: listed } : listed;
}

/** Makes every field of Query, Mutation and Subscription check its caller first. */
export function withFieldAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (type != null) guardFields(type);
  }
  return schema;
}

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext>;

function guardFields(type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) {
    const requirement = fieldRequirement(type.name, field.name) ?? { access: "admin", allTasks: true };
    const guarded = (work: Resolver): Resolver => {
      return (source, args, context, info) => {
        check(context, requirement);
        return work(source, args, context, info) as unknown;
      };
    };
    // A subscription is checked when it begins. What it delivers is resolved for its caller.
    if (field.subscribe !== undefined)
      field.subscribe = guarded(field.subscribe as Resolver) as NonNullable<typeof field.subscribe>;
    else
      field.resolve = guarded((field.resolve ?? defaultFieldResolver) as Resolver) as NonNullable<typeof field.resolve>;
  }
}

/** @throws {RatchetError} UNAUTHENTICATED, FORBIDDEN */
function check({ caller }: GraphqlContext, requirement: Pick<Requirements, "access" | "allTasks">): void {
  if (requirement.access === "public") return;
  if (caller.principal === undefined) throw unauthenticated();
  const error = missingRight(caller.principal, requirement);
  if (error !== undefined) throw error;
}
